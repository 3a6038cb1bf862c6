import type { RotationResult } from "./run-rotation.ts";
import { mayAbandon, replay } from "./journal/replay.ts";
import type { RotationTools } from "./rotation-tools.ts";
import { RotationError } from "./rotation-error.ts";
import { noteProgress } from "./register-progress.ts";
import { revokeOnce } from "./steps/revoke-once.ts";
import { revokeOrphans } from "./steps/revoke-orphans.ts";

/**
 * Takes a rotation back before its new key is anywhere: the new key is revoked, the old one stays.
 *
 * @throws {@link RotationError} ROTATION_REFUSED once that is no longer possible
 */
export async function abandonRotation(
  tools: Pick<RotationTools, "journal" | "keyApi" | "destroySealingKey">,
): Promise<RotationResult> {
  const state = replay(tools.journal.entries);
  const { plan, created, lostKeyId, mayHaveOrphan, status } = state;
  if (status === "done" || status === "abandoned") {
    throw new RotationError("ROTATION_REFUSED", `rotation ${plan.rotation} has ended already: ${status}`);
  }
  if (!mayAbandon(state)) {
    const isServerSide = plan.contract.procedure === "server-side" && (created !== null || mayHaveOrphan);
    const why = isServerSide
      ? "the provider has replaced the secret, and the old one ends by itself"
      : "the new key may already be in use where it was delivered";
    throw new RotationError(
      "ROTATION_REFUSED",
      `rotation ${plan.rotation} can only go forward: ${why}; run keywarden rotate --resume ${plan.rotation}`,
    );
  }
  for (const id of [lostKeyId, created?.keyId]) {
    if (id !== undefined && id !== null) await revokeOnce(id, tools.keyApi);
  }
  const record = (fact: Parameters<typeof tools.journal.append>[0]): void => {
    tools.journal.append(fact);
  };
  if (mayHaveOrphan) await revokeOrphans({ ...state, created: null }, tools, record);
  tools.destroySealingKey();
  await noteProgress(state, tools, { outcome: "abandoned" });
  record({ type: "abandoned", why: "on request, before the new key was delivered" });
  return { outcome: "abandoned", state: replay(tools.journal.entries) };
}
