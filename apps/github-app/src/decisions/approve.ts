import type { ExposureStorage } from "@keywarden/storage";
import { judgeExposure } from "./judge.ts";
import type { JudgeContext } from "./judge.ts";

/**
 * Records that a person lets one decision through or says no, and decides again. What was held continues at once,
 * unless the kill switch is on; an approved key that was in the history is revoked too.
 *
 * @returns the state that follows, or `null` when there is no such decision.
 */
export function approveDecision(
  storage: ExposureStorage,
  context: JudgeContext,
  approval: { readonly exposureId: number; readonly verdict: "approved" | "rejected"; readonly by: string },
): Promise<string | null> {
  const { exposureId, verdict, by } = approval;
  return storage.transaction(async (stores) => {
    const decision = await stores.decisions.get(exposureId);
    if (decision === null) return null;
    await stores.audit.append({
      action: `decision.${verdict}`,
      actor: by,
      subject: decision.keyId,
      provider: decision.provider,
      details: { exposure: exposureId, state: decision.state, reason: decision.reason },
    });
    await stores.decisions.setFacts(exposureId, {
      approval: { verdict, by, atMs: storage.now() },
      hold: null,
    });
    return (await judgeExposure(stores, context, exposureId))?.state ?? null;
  });
}
