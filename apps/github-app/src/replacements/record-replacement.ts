import type { ExposureStores, ReplacedKey, Replacement } from "@keywarden/storage";
import { judgeExposure } from "../decisions/judge.ts";
import type { JudgeContext } from "../decisions/judge.ts";

/** Records how far a successor is, and decides again wherever its key is exposed; call it in a transaction. */
export async function recordReplacement(
  stores: ExposureStores,
  judging: JudgeContext,
  key: ReplacedKey,
  to: Partial<Pick<Replacement, "state" | "why" | "successorId">>,
): Promise<void> {
  await stores.replacements.change(key, to);
  const { state, why = null, successorId = null } = to;
  if (state !== undefined)
    await stores.audit.append({
      action: `key.replace.${state}`,
      actor: "keywarden-github-app",
      subject: key.keyId,
      provider: key.provider,
      details: { why, successorId },
    });
  for (const { exposureId } of await stores.decisions.listByKey(key))
    await judgeExposure(stores, judging, exposureId);
}
