import type { PlannedKey, RefusedKey, Target } from "../state/dialog.ts";
import type { Rotator } from "./make-rotator.ts";
import { fillSinks, lastSinks, readSinks } from "./read-sinks.ts";
import { notBegun } from "./revoke-all.ts";
import { describeOutcome, failureFrom, reportUnfinished, tellSteps } from "./rotate-key.ts";
import type { SendEvent } from "./send-event.ts";

type Tools = { readonly rotator: Rotator; readonly send: SendEvent; readonly now: () => number };

/** Plans the rotation of several keys, each to sinks of its own, and says of those that cannot be rotated why. */
export async function planAll(
  { rotator, send, now }: Tools,
  { targets, typed }: { readonly targets: readonly Target[]; readonly typed: string },
): Promise<void> {
  const planned: PlannedKey[] = [];
  const refused: RefusedKey[] = [];
  const taken = new Map<string, string>();
  for (const target of targets) {
    try {
      const sinks = typed === lastSinks ? rotator.recall(target.id) : fillSinks(readSinks(typed), target);
      const problem = whyNot(sinks, taken);
      if (problem === null) {
        planned.push({ target, plan: await rotator.plan(target, sinks) });
        for (const sink of sinks) taken.set(sink, target.name);
      } else refused.push({ target, problem });
    } catch (error) {
      refused.push({ target, problem: failureFrom(error, now()).message });
    }
  }
  send({ kind: "planned-all", typed, planned, refused });
}

function whyNot(sinks: readonly string[], taken: ReadonlyMap<string, string>): string | null {
  if (sinks.length === 0) return "nothing on this machine remembers where it went: name a sink";
  const sink = sinks.find((one) => taken.has(one));
  // The second key would overwrite the first one.
  return sink === undefined
    ? null
    : `${sink} is for ${taken.get(sink)} already: tell them apart by {name} or {id}`;
}

/** Rotates one key after the other past those that fail, until it is stopped, and tells how each ended. */
export async function rotateAll(
  { rotator, send, now, stop }: Tools & { readonly stop: AbortSignal },
  { planned }: { readonly planned: readonly PlannedKey[] },
): Promise<void> {
  const done: string[] = [];
  const failures: string[] = [];
  for (const { target, plan } of planned) {
    if (stop.aborted) {
      failures.push(`${target.name}: ${notBegun}`);
      continue;
    }
    send({ kind: "step", words: `${target.name}:` });
    try {
      const { isGood, lines } = describeOutcome(await rotator.start(plan, tellSteps(send)));
      (isGood ? done : failures).push(`${target.name}: ${lines.join(" ")}`);
    } catch (error) {
      failures.push(`${target.name}: ${failureFrom(error, now()).message}`);
    }
  }
  send({ kind: "batch-done", verb: "Rotated", done, failures });
  reportUnfinished(rotator, send);
}
