import type { InventoryClient } from "@keywarden/management";
import type { Target } from "../state/dialog.ts";
import { describeCallFailure } from "./describe-failure.ts";
import type { SendEvent } from "./send-event.ts";

/** Revokes one key after the other, each at the generation that was confirmed, and tells how each ended. */
export async function revokeAll(
  client: Pick<InventoryClient, "revoke">,
  targets: readonly Target[],
  send: SendEvent,
  now: () => number,
): Promise<void> {
  const failures: string[] = [];
  const done: string[] = [];
  for (const { id, generation, name } of targets) {
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
