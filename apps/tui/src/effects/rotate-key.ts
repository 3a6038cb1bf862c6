import { describeEntry, formatMoment, safeText } from "@keywarden/inventory";
import type { InventoryClient, ManagedKey } from "@keywarden/management";
import { RotationError, SinkError, type RotationEvent, type RotationResult } from "@keywarden/rotation";
import type { Effect } from "../state/effect.ts";
import type { CallFailure } from "../state/failure.ts";
import { describeCallFailure } from "./describe-failure.ts";
import type { Rotator } from "./make-rotator.ts";
import { readSinks } from "./read-sinks.ts";
import type { SendEvent } from "./send-event.ts";

type Wanted<K extends Effect["kind"]> = Extract<Effect, { kind: K }>;

/** Offers the sinks that the key's last rotation went to. */
export function recallSinks(rotator: Rotator, { target }: Wanted<"recall-sinks">, send: SendEvent): void {
  try {
    send({ kind: "sinks-recalled", target, sinks: rotator.recall(target.id) });
  } catch (error) {
    // Without its memory a rotation can be planned all the same; its journal will say what is wrong.
    if (!(error instanceof RotationError)) throw error;
  }
}

/** Plans a rotation and shows the plan, or says at the field why there is none. */
export async function showRotationPlan(
  rotator: Rotator,
  { target, typed }: Wanted<"plan">,
  send: SendEvent,
  now: () => number,
): Promise<void> {
  try {
    send({ kind: "planned", target, typed, plan: await rotator.plan(target, readSinks(typed)) });
  } catch (error) {
    const { message } = failureFrom(error, now());
    send({ kind: "plan-refused", target, typed, problem: message });
  }
}

/** Carries out what was confirmed, and tells each step as it happens. */
export async function carryOutRotation(
  rotator: Rotator,
  client: Pick<InventoryClient, "show">,
  { target, plan }: Wanted<"rotate">,
  send: SendEvent,
  now: () => number,
): Promise<void> {
  try {
    const result = await rotator.start(plan, tellSteps(send));
    send({
      kind: "rotated",
      name: target.name,
      ...describeOutcome(result),
      key: await look(client, target.id),
    });
  } catch (error) {
    send({
      kind: "action-failed",
      title: `${target.name} was not rotated`,
      failure: failureFrom(error, now()),
    });
  }
}

/** Continues every rotation of this machine whose time has come, past those that fail, and tells how each ended. */
export async function continueRotations(rotator: Rotator, send: SendEvent, now: () => number): Promise<void> {
  try {
    const due = rotator.unfinished().filter(({ dueAtMs }) => dueAtMs <= now());
    const ended: Ended[] = [];
    for (const { rotation, name } of due) {
      if (due.length > 1) send({ kind: "step", words: `${safeText(name)}:` });
      ended.push({ name: safeText(name), ...(await resumeOne(rotator, rotation, send, now)) });
    }
    const [first] = ended;
    // One after the other, each would take the place of what is to be read of the one before.
    if (ended.length > 1) send({ kind: "batch-done", verb: "Rotated", ...sortOut(ended) });
    else if (first !== undefined) send({ kind: "rotated", ...first, key: null });
  } catch (error) {
    send({ kind: "action-failed", title: "A rotation did not continue", failure: failureFrom(error, now()) });
  }
  reportUnfinished(rotator, send);
}

interface Ended {
  readonly name: string;
  readonly isGood: boolean;
  readonly lines: readonly string[];
}

async function resumeOne(
  rotator: Rotator,
  rotation: string,
  send: SendEvent,
  now: () => number,
): Promise<Omit<Ended, "name">> {
  try {
    return describeOutcome(await rotator.resume(rotation, tellSteps(send)));
  } catch (error) {
    const { message, advice } = failureFrom(error, now());
    return { isGood: false, lines: [message, advice] };
  }
}

function sortOut(ended: readonly Ended[]): { readonly done: string[]; readonly failures: string[] } {
  const told = (isWanted: boolean) =>
    ended.filter(({ isGood }) => isGood === isWanted).map(({ name, lines }) => `${name}: ${lines.join(" ")}`);
  return { done: told(true), failures: told(false) };
}

/** Tells which rotations of this machine are under way. */
export function reportUnfinished(rotator: Rotator, send: SendEvent): void {
  try {
    send({ kind: "unfinished", rotations: rotator.unfinished() });
  } catch (error) {
    if (!(error instanceof RotationError)) throw error;
    send({ kind: "warned", text: safeText(error.message) });
  }
}

/** Tells each step of a rotation as it happens. */
export const tellSteps =
  (send: SendEvent) =>
  (event: RotationEvent): void => {
    const words =
      event.type === "entry" ? describeEntry(event.entry) : `trying again in ${Math.ceil(event.ms / 1000)} s`;
    if (words !== null) send({ kind: "step", words });
  };

// The rotation is done whether or not its key can be looked at now.
async function look(client: Pick<InventoryClient, "show">, id: string): Promise<ManagedKey | null> {
  return client.show(id).catch(() => null);
}

/** Says how a rotation ended, and what is left to do. */
export function describeOutcome(result: RotationResult): {
  readonly isGood: boolean;
  readonly lines: readonly string[];
} {
  const { plan, delivered } = result.state;
  const where = [...delivered].map((sink) => `The new key is in ${sink}.`);
  const resume = `keywarden rotate --resume ${plan.rotation}`;
  switch (result.outcome) {
    case "waiting":
      return {
        isGood: true,
        lines: [
          ...where,
          `It works, and so does the old one until ${formatMoment(result.untilMs)}.`,
          `This program ends the old one then if it runs; if not: ${resume}`,
        ],
      };
    case "stopped":
      return {
        isGood: false,
        lines: [
          result.message,
          `Nothing is lost. Put it right, then press c or run ${resume}`,
          // What has arrived somewhere can only be gone on with.
          ...(delivered.size === 0 ? [`To give it up: keywarden rotate --abandon ${plan.rotation}`] : []),
        ],
      };
    case "orphaned":
      return { isGood: false, lines: [result.message, result.wayOut] };
    case "abandoned":
      return {
        isGood: false,
        lines: [lastFailureOf(result), "The rotation was given up; the old key works as before."],
      };
    case "done":
    default:
      return { isGood: true, lines: [...where, "It works, and the old one has ended."] };
  }
}

function lastFailureOf({ state }: RotationResult): string {
  return state.lastFailure?.message ?? "Someone else was faster.";
}

/** Puts what kept a rotation from happening into words. */
export function failureFrom(error: unknown, nowMs: number): CallFailure {
  if (error instanceof RotationError || error instanceof SinkError)
    return { message: safeText(error.message), advice: "Nothing was changed." };
  return describeCallFailure(error, nowMs);
}
