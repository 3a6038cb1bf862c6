import type { Exposure, ExposureStorage } from "@keywarden/storage";
import { judgeExposure } from "../decisions/judge.ts";
import type { JudgeContext } from "../decisions/judge.ts";
import type { Log } from "../log.ts";
import type { ProviderApis } from "../provider-apis.ts";
import { confirmJobSchema } from "./job-payloads.ts";
import { makeStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

export interface ConfirmStageOptions {
  readonly storage: ExposureStorage;
  readonly apis: ProviderApis;
  readonly judging: JudgeContext;
  readonly log: Log;
}

/** Asks the providers which of them issued a key, by its fingerprint alone, and decides again with the answer. */
export function makeConfirmStage({ storage, apis, judging, log }: ConfirmStageOptions): Stage {
  return makeStage({
    kind: "confirm",
    isRepeatable: true,
    // About a day in all: a provider that is down does not make an exposed key harmless.
    retry: { attempts: 300, firstDelayMs: 500, longestDelayMs: 300_000 },
    schema: confirmJobSchema,
    run: async ({ exposure: id }) => {
      const exposure = await storage.exposures.getById(id);
      const decision = await storage.decisions.get(id);
      if (exposure === null || decision === null || decision.state === "revoked") return {};
      const issued = await apis.findIssued(exposure, askingOrder(exposure, apis.names));
      if (issued === null && decision.provider !== null) {
        // It is asked no more, or contradicts itself: neither makes nobody's key of one that it has called its own.
        log("warn", `${decision.provider} confirmed ${exposure.redacted} before, and no provider does now`, {
          delivery: decision.observed.delivery,
          exposure: id,
        });
        return {};
      }
      return {
        record: async (stores) => {
          await stores.decisions.setFacts(id, {
            ownership: issued?.ownership ?? "not-ours",
            ...(issued === null
              ? {}
              : {
                  provider: issued.provider,
                  keyId: issued.keyId,
                  keyKind: issued.kind,
                  keyEnvironment: issued.environment,
                }),
          });
          const verdict = await judgeExposure(stores, judging, id);
          log("info", `${sayState(verdict?.state)} ${issued?.provider ?? "unknown"} ${exposure.redacted}`, {
            delivery: decision.observed.delivery,
            exposure: id,
            reason: verdict?.reason,
          });
        },
      };
    },
  });
}

function sayState(state: string | undefined): string {
  if (state === "revoke") return "live key";
  return state === "would-revoke" ? "would revoke" : (state ?? "unknown");
}

/** Every provider that issues such keys, likeliest first; all others too when the text does not tell whose it is. */
export function askingOrder(
  key: Pick<Exposure, "provider" | "candidates">,
  configured: readonly string[],
): readonly string[] {
  const ranked = [...new Set([...(key.provider === null ? [] : [key.provider]), ...key.candidates])];
  return key.provider === null ? [...new Set([...ranked, ...configured])] : ranked;
}
