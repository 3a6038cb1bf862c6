import { capabilitiesOf } from "@keywarden/management";
import {
  planRotation,
  replay,
  type ListedRotation,
  type RotationPlan,
  type RotationStore,
  type Batch,
} from "@keywarden/rotation";
import type { ManagedProvider } from "@keywarden/key-format";
import { finishRotation } from "../keys/finish-rotation.ts";
import { openSinks } from "../keys/open-sinks.ts";
import type { ManagementApi } from "../keys/management-api.ts";
import type { RotateFlags } from "../flags/rotate-flags.ts";
import type { Terminal } from "../terminal.ts";

export type BatchKey = Batch["keys"][number];

/** How far one key of a batch has got. */
export type BatchKeyOutcome =
  | { readonly outcome: "done"; readonly note?: string }
  /** The new key works; the old one still does, too. */
  | { readonly outcome: "waiting"; readonly untilMs: number }
  | { readonly outcome: "left"; readonly why: string };

export interface BatchWork {
  readonly rotations: RotationStore;
  readonly api: ManagementApi;
  readonly providers: readonly ManagedProvider[];
  readonly flags: Pick<RotateFlags, "callUrl" | "grace" | "endGrace" | "noWait">;
  readonly terminal: Terminal;
}

/** Decides how a key of a batch is rotated, and changes nothing. @throws RotationError, SinkError, ManagementError */
export function planKeyOfBatch(
  key: Pick<BatchKey, "keyId" | "provider" | "rotation" | "directory" | "sinks">,
  { api, providers, flags, terminal }: Omit<BatchWork, "rotations">,
): Promise<RotationPlan> {
  const { callUrl, grace: seconds } = flags;
  const profile = providers.find(({ id }) => id === key.provider);
  // Where the provider decides, --grace is meant for the other keys of the batch.
  const isOurs =
    profile !== undefined && capabilitiesOf(profile, api.via).procedure === "create-deploy-revoke";
  return planRotation({
    ...api,
    ...(callUrl !== undefined && { callUrl }),
    directory: key.directory,
    keyId: key.keyId,
    profileOf: (id) => providers.find((provider) => provider.id === id),
    sinks: openSinks(key.sinks, { env: terminal.env, directory: key.directory }),
    ...(seconds !== undefined && isOurs && { graceSeconds: seconds }),
    endGrace: flags.endGrace,
    rotation: key.rotation,
  });
}

/** Takes one key of a batch as far as it gets: begins its rotation, or continues it. */
export async function replaceKey(
  key: BatchKey,
  batch: Batch,
  work: BatchWork,
  waitsForGrace: boolean,
): Promise<BatchKeyOutcome> {
  const { rotations, api, terminal } = work;
  const lock = rotations.lock(batch.server, key.keyId);
  try {
    if (!hasBegun(key.rotation, rotations.list())) {
      const over = await whyOver(key, batch, api);
      if (over !== null) return { outcome: "done", note: over };
      rotations.create((await planKeyOfBatch(key, work)).fact);
    }
    const journal = rotations.open(key.rotation);
    const { status } = replay(journal.entries);
    if (status === "done") return { outcome: "done" };
    const result = await finishRotation(journal, rotations, api, waitsForGrace, terminal);
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

// Somebody may have seen to the key between the begin of the batch and now.
async function whyOver(
  { keyId }: BatchKey,
  { begunAtMs }: Batch,
  { keyApi }: ManagementApi,
): Promise<string | null> {
  const { state, secretCreatedAt } = await keyApi.show(keyId);
  if (state !== "active") return `it is already ${state}`;
  return Date.parse(secretCreatedAt) > begunAtMs ? `its secret was replaced at ${secretCreatedAt}` : null;
}
