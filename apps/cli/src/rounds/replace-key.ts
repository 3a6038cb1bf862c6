import { capabilitiesOf } from "@keywarden/management";
import {
  planRotation,
  replay,
  type ListedRotation,
  type RotationPlan,
  type RotationStore,
  type Round,
} from "@keywarden/rotation";
import type { ManagedProvider } from "@keywarden/key-format";
import { finishRotation } from "../keys/finish-rotation.ts";
import { openSinks } from "../keys/open-sinks.ts";
import { readGrace } from "../keys/read-grace.ts";
import type { RotationOwner } from "../keys/rotation-owner.ts";
import type { Options } from "../options.ts";
import type { Terminal } from "../terminal.ts";

export type RoundKey = Round["keys"][number];

/** How far one key of a round has got. */
export type KeyOutcome =
  | { readonly outcome: "done"; readonly note?: string }
  /** The new key works; the old one still does, too. */
  | { readonly outcome: "waiting"; readonly untilMs: number }
  | { readonly outcome: "left"; readonly why: string };

export interface RoundWork {
  readonly rotations: RotationStore;
  readonly owner: RotationOwner;
  readonly providers: readonly ManagedProvider[];
  readonly options: Options;
  readonly terminal: Terminal;
}

/** Decides how a key of a round is rotated, and changes nothing. @throws RotationError, SinkError, ManagementError */
export function planKey(
  key: Pick<RoundKey, "keyId" | "provider" | "rotation" | "directory" | "places">,
  { owner, providers, options, terminal }: Omit<RoundWork, "rotations">,
): Promise<RotationPlan> {
  const { values, switches } = options;
  const profile = providers.find(({ id }) => id === key.provider);
  const callUrl = values.get("call-url");
  const seconds = readGrace(values.get("grace"));
  // Where the provider decides, --grace is meant for the other keys of the round.
  const isOurs =
    profile !== undefined && capabilitiesOf(profile, owner.via).procedure === "create-deploy-revoke";
  return planRotation({
    ...owner,
    ...(callUrl !== undefined && { callUrl }),
    directory: key.directory,
    keyId: key.keyId,
    profileOf: (id) => providers.find((provider) => provider.id === id),
    sinks: openSinks(key.places, { env: terminal.env, directory: key.directory }),
    ...(seconds !== undefined && isOurs && { graceSeconds: seconds }),
    endGrace: switches.has("end-grace"),
    rotation: key.rotation,
    nowMs: Date.now(),
  });
}

/** Takes one key of a batch as far as it gets: begins its rotation, or continues it. */
export async function replaceKey(
  key: RoundKey,
  round: Round,
  work: RoundWork,
  waitsForGrace: boolean,
): Promise<KeyOutcome> {
  const { rotations, owner, terminal } = work;
  const lock = rotations.lock(round.server, key.keyId);
  try {
    if (!hasBegun(key.rotation, rotations.list())) {
      const over = await whyOver(key, round, owner);
      if (over !== null) return { outcome: "done", note: over };
      rotations.create((await planKey(key, work)).fact);
    }
    const journal = rotations.open(key.rotation);
    const { status } = replay(journal.entries);
    if (status === "done") return { outcome: "done" };
    const result = await finishRotation(journal, rotations, owner, waitsForGrace, terminal);
    if ("message" in result) return { outcome: "left", why: result.message };
    if ("untilMs" in result) return { outcome: "waiting", untilMs: result.untilMs };
    return result.outcome === "done"
      ? { outcome: "done" }
      : { outcome: "left", why: "its rotation was undone; check whether it is still due" };
  } finally {
    lock.release();
  }
}

/** Whether anything of a rotation was recorded; a journal without a plan is what a crash at its first line leaves. */
const hasBegun = (rotation: string, rotations: readonly ListedRotation[]): boolean =>
  rotations.some((one) => one.rotation === rotation && one.state !== undefined);

// Somebody may have seen to the key between the begin of the round and now.
async function whyOver(
  { keyId }: RoundKey,
  { begunAtMs }: Round,
  { keyApi }: RotationOwner,
): Promise<string | null> {
  const { state, secretCreatedAt } = await keyApi.show(keyId);
  if (state !== "active") return `it is ${state} already`;
  return Date.parse(secretCreatedAt) > begunAtMs ? `its secret was replaced at ${secretCreatedAt}` : null;
}
