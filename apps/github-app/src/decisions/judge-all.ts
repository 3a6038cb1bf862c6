import type { DecisionState, ExposureStorage } from "@keywarden/storage";
import { judgeExposure } from "./judge.ts";
import type { JudgeContext } from "./judge.ts";

// What has ended or is nobody's follows from no setting.
const open: readonly DecisionState[] = ["waiting", "revoke", "held", "would-revoke", "reported"];
const pageSize = 200;

/**
 * Decides again about everything that is not settled for good: at the start and after a change of the config. Returns
 * how many decisions are to be revoked now.
 */
export async function judgeAll(storage: ExposureStorage, context: JudgeContext): Promise<number> {
  let toRevoke = 0;
  let afterId = 0;
  for (;;) {
    const page = await storage.decisions.list({ states: open, afterId, limit: pageSize });
    const last = page.at(-1);
    if (last === undefined) return toRevoke;
    // A page a transaction: deliveries come in between.
    const verdicts = await storage.transaction(async (stores) => {
      const judged: (string | undefined)[] = [];
      for (const { exposureId } of page)
        judged.push((await judgeExposure(stores, context, exposureId))?.state);
      return judged;
    });
    toRevoke += verdicts.filter((state) => state === "revoke").length;
    afterId = last.exposureId;
  }
}
