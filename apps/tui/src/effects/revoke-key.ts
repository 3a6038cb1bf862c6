import type { InventoryClient } from "@keywarden/management";
import type { Target } from "../state/dialog.ts";
import { describeCallFailure, isOutcomeUnknown } from "./describe-failure.ts";
import type { SendEvent } from "./send-event.ts";

/** Revokes exactly the generation that the operator confirmed. */
export async function revokeConfirmedKey(
  client: Pick<InventoryClient, "revoke">,
  target: Target,
  send: SendEvent,
  now: () => number,
): Promise<void> {
  try {
    const { key, outcome } = await client.revoke(target.id, { expectedGeneration: target.generation });
    send({ kind: "revoked", target, key, isRepeat: outcome === "already-revoked" });
  } catch (error) {
    const title = isOutcomeUnknown(error)
      ? `${target.name} may or may not be revoked: check its status`
      : `${target.name} was not revoked`;
    send({ kind: "action-failed", title, failure: describeCallFailure(error, now()) });
  }
}
