import { safeText } from "@keywarden/inventory";
import { describeFailure } from "@keywarden/command-line";
import type { Batch, BatchStore } from "@keywarden/rotation";
import { remedies } from "../remedies.ts";
import type { ExitStatus } from "../terminal.ts";
import { replaceKey, type BatchKeyOutcome, type BatchKey, type BatchWork } from "./replace-key.ts";
import { describeLeft } from "./describe-batch.ts";

/** Takes every key of a batch as far as it gets, past those that fail, and says what is left; 1 when something is. */
export async function runBatch(
  batch: Batch,
  work: BatchWork & { readonly batches: BatchStore },
): Promise<ExitStatus> {
  const { flags, terminal, batches } = work;
  const outcomes = new Map<string, BatchKeyOutcome>();
  const attempt = async (key: BatchKey, waitsForGrace: boolean): Promise<void> => {
    terminal.print(`${safeText(key.keyId)}:\n`);
    const outcome = await replaceKey(key, batch, work, waitsForGrace).catch(
      async (error: unknown): Promise<BatchKeyOutcome> => ({
        outcome: "left",
        why: terminal.redact(describeFailure(error, { isDebug: false, remedies })),
      }),
    );
    outcomes.set(key.rotation, outcome);
    if (outcome.outcome === "left") terminal.print(`  left: ${safeText(outcome.why)}\n`);
    if (outcome.outcome === "done" && outcome.note !== undefined)
      terminal.print(`  nothing to do: ${safeText(outcome.note)}\n`);
  };
  // No key waits for the grace period of another one: each has its own deadline.
  for (const key of batch.keys) await attempt(key, false);
  const waiting = batch.keys
    .flatMap((key) => {
      const outcome = outcomes.get(key.rotation);
      return outcome?.outcome === "waiting" ? [{ key, untilMs: outcome.untilMs }] : [];
    })
    .toSorted((one, other) => one.untilMs - other.untilMs);
  if (!flags.noWait) for (const { key } of waiting) await attempt(key, true);
  terminal.print(`\n${describeLeft(batch, outcomes, work.api.now())}`);
  const isDone = [...outcomes.values()].every(({ outcome }) => outcome === "done");
  if (isDone) batches.end(batch.round);
  return isDone ? 0 : 1;
}
