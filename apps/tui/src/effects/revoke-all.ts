import type { InventoryClient } from "@keywarden/management";
import type { Target } from "../state/dialog.ts";
import { describeCallFailure } from "./describe-failure.ts";
import type { SendEvent } from "./send-event.ts";

/** What is said of a key that was not begun because somebody stopped it. */
export const notBegun = "not begun: it was stopped before";

/** Revokes one key after the other, each at the generation that was confirmed, until it is stopped, and tells how each ended. */
export async function revokeAll(
  {
    client,
    send,
    now,
    stop,
  }: {
    readonly client: Pick<InventoryClient, "revoke">;
    readonly send: SendEvent;
    readonly now: () => number;
    readonly stop: AbortSignal;
  },
  targets: readonly Target[],
): Promise<void> {
  const failures: string[] = [];
  const done: string[] = [];
  for (const { id, generation, name } of targets) {
    if (stop.aborted) {
      failures.push(`${name}: ${notBegun}`);
      continue;
    }
    try {
      await client.revoke(id, { expectedGeneration: generation });
      done.push(`${name}: the server rejects it from now on`);
      send({ kind: "step", words: `revoked ${name}` });
    } catch (error) {
      failures.push(`${name}: ${describeCallFailure(error, now()).message}`);
      send({ kind: "step", words: `could not revoke ${name}` });
    }
  }
  send({ kind: "batch-done", verb: "Revoked", done, failures });
}
