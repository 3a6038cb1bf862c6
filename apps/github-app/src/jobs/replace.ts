import type { Decision, ExposureStorage, Hold, Replacement } from "@keywarden/storage";
import { AppError } from "../app-error.ts";
import { judgeExposure } from "../decisions/judge.ts";
import type { JudgeContext } from "../decisions/judge.ts";
import type { WaitForSuccessor } from "../decisions/decide.ts";
import type { Log } from "../log.ts";
import type { ProviderApis } from "../provider-apis.ts";
import { recordReplacement } from "../replacements/record-replacement.ts";
import type { Replacer, ReplacementProgress } from "../replacements/replacer.ts";
import type { RevokeGate } from "../revoke-gate.ts";
import { revokeJobSchema } from "./job-payloads.ts";
import { makeStage } from "./stage.ts";
import type { Stage, StageResult } from "./stage.ts";

export interface ReplaceStageOptions {
  readonly storage: ExposureStorage;
  readonly apis: Pick<ProviderApis, "lookUp">;
  readonly judging: JudgeContext;
  readonly gate: Pick<RevokeGate, "mayBegin">;
  readonly replacer: Replacer;
  readonly log: Log;
}

const waits: ReadonlySet<string> = new Set<WaitForSuccessor>([
  "replacing",
  "replacement-stuck",
  "not-replaced",
]);

/**
 * Makes and delivers the successor of an exposed key. The key itself is ended by the revoke stage, once the successor works
 * or its time is up; afterwards the rotation is brought to its end here.
 */
export function makeReplaceStage(options: ReplaceStageOptions): Stage {
  const { storage, apis, judging, gate, replacer, log } = options;

  const advance = async (replacement: Replacement, decisions: readonly Decision[]): Promise<StageResult> => {
    const [first] = decisions;
    const exposure = first === undefined ? null : await storage.exposures.getById(first.exposureId);
    if (exposure === null) return {};
    const { provider } = replacement;
    const current = await apis.lookUp(provider, exposure);
    const isEnded = current?.ownership === "mine-inactive";
    const isWaited = decisions.some(({ state, reason }) => state === "held" && waits.has(reason));
    const isGoing = decisions.some(({ state }) => state === "revoke" || state === "revoked");
    if (!isEnded && !isWaited) return isGoing ? {} : takeBack(replacement, decisions);
    if (!isEnded && !replacer.hasBegun(replacement)) {
      const why = await gate.mayBegin();
      if (why !== null) return hold(replacement, decisions, why);
    }
    const { fingerprint } = exposure;
    const progress = await replacer.advance(replacement, { fingerprint, isEnded });
    return settle(replacement, decisions, progress, isEnded);
  };

  const settle = async (
    replacement: Replacement,
    decisions: readonly Decision[],
    progress: ReplacementProgress,
    isEnded: boolean,
  ): Promise<StageResult> => {
    const { provider, keyId, rotation } = replacement;
    const facts = { rotation, keyId };
    if (progress.is === "stuck") {
      const { why, retryAfterMs } = progress;
      if (why !== replacement.why && !isEnded)
        await storage.transaction((stores) => recordReplacement(stores, judging, replacement, { why }));
      throw new AppError("SUCCESSOR_NOT_DELIVERED", why, { retryAfterMs });
    }
    if (progress.is === "impossible") {
      const { why } = progress;
      log("warn", `no successor of ${provider} ${keyId} can be made: ${why}`, facts);
      return {
        record: (stores) => recordReplacement(stores, judging, replacement, { state: "impossible", why }),
      };
    }
    const { is: state, successorId } = progress;
    log("info", `the successor of ${provider} ${keyId} is ${state}`, { ...facts, successorId });
    return {
      record: async (stores) => {
        // Others may have ended the key meanwhile, which no decision follows from yet.
        if (isEnded)
          for (const { exposureId, ownership } of decisions)
            if (ownership === "mine-active")
              await stores.decisions.setFacts(exposureId, { ownership: "mine-inactive" });
        await recordReplacement(stores, judging, replacement, { state, why: null, successorId });
      },
    };
  };

  const hold = (replacement: Replacement, decisions: readonly Decision[], why: Hold): StageResult => {
    log("warn", `held ${replacement.provider} ${replacement.keyId} (${why}) before its successor was made`, {
      keyId: replacement.keyId,
    });
    return {
      record: async (stores) => {
        for (const { exposureId, state } of decisions) {
          if (state !== "held") continue;
          await stores.decisions.setFacts(exposureId, { hold: why });
          await judgeExposure(stores, judging, exposureId);
        }
      },
    };
  };

  // Nobody wants it any more: a person said that the key stays, or the policy has changed.
  const takeBack = async (replacement: Replacement, decisions: readonly Decision[]): Promise<StageResult> => {
    if (decisions.some(({ state }) => state === "held" || state === "waiting")) return {};
    const isGone = await replacer.abandon(replacement);
    const { provider, keyId, rotation } = replacement;
    const why = isGone
      ? "it is not wanted any more, and was taken back"
      : "it is not wanted any more, and may be in use where it was delivered";
    log("warn", `the successor of ${provider} ${keyId}: ${why}`, { rotation, keyId });
    return {
      record: (stores) => recordReplacement(stores, judging, replacement, { state: "impossible", why }),
    };
  };

  return makeStage({
    kind: "replace",
    // Beyond every deadline: what was revoked without a successor still wants one.
    retry: { attempts: 300, firstDelayMs: 1_000, longestDelayMs: 60_000 },
    schema: revokeJobSchema,
    run: async (key) => {
      const replacement = await storage.replacements.get(key);
      if (replacement === null || replacement.state === "finished" || replacement.state === "impossible")
        return {};
      return advance(replacement, await storage.decisions.listByKey(key));
    },
    giveUp: (key, code) => ({
      record: async (stores) => {
        const found = await stores.replacements.get(key);
        if (found === null || found.state === "finished") return;
        const why = found.why ?? code;
        await recordReplacement(stores, judging, key, { state: "impossible", why });
      },
    }),
  });
}
