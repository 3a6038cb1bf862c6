import { replay } from "./journal/replay.ts";
import type { Journal } from "./journal/journal.ts";
import { RotationError } from "./rotation-error.ts";

/**
 * Lets a rotation end the old key with its next step instead of at the end of the grace period. The new key has been
 * verified by then; its state at the provider is asked for once more before the old one is revoked.
 *
 * @throws {@link RotationError} ROTATION_REFUSED while the new key is not verified, and where the provider ends the old one
 */
export function endGrace(journal: Journal, nowMs: number): void {
  const { plan, status, isVerified, oldRevokedAtMs } = replay(journal.entries);
  const refuse = (why: string): never => {
    throw new RotationError("ROTATION_REFUSED", `rotation ${plan.rotation} ${why}`);
  };
  if (status !== "running" || oldRevokedAtMs !== null) refuse("has no grace period to end");
  if (!isVerified) refuse("has not verified the new key yet, so the old one is not ended");
  if (plan.contract.procedure === "server-side")
    refuse(`is about a key whose old secret ${plan.key.provider} ends itself`);
  journal.append({ type: "old_deadline", untilMs: nowMs });
}
