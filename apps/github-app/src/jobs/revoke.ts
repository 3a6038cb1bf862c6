import type { Fingerprint } from "@keywarden/key-format";
import { ManagementError } from "@keywarden/management";
import type {
  Decision,
  DecisionFacts,
  Exposure,
  ExposureStorage,
  ExposureStores,
  Hold,
  NewAuditEntry,
} from "@keywarden/storage";
import { AppError } from "../app-error.ts";
import { refusals } from "../refusals.ts";
import { judgeExposure } from "../decisions/judge.ts";
import type { JudgeContext } from "../decisions/judge.ts";
import type { Log } from "../log.ts";
import type { ProviderApis } from "../provider-apis.ts";
import type { RevokeGate } from "../revoke-gate.ts";
import { revokeJobSchema } from "./job-payloads.ts";
import { makeStage } from "./stage.ts";
import type { Stage, StageResult } from "./stage.ts";

export interface RevokeStageOptions {
  readonly storage: ExposureStorage;
  readonly apis: ProviderApis;
  readonly judging: JudgeContext;
  readonly gate: RevokeGate;
  /** What a command names to reach this App, such as `--data '/var/lib/keywarden'`; absent: it has to be told. */
  readonly reachedBy?: string;
  /** Told of each revocation, with the time since the push was received. */
  readonly onRevoked?: (afterMs: number) => void;
  readonly log: Log;
}

interface KeyToRevoke {
  readonly provider: string;
  readonly keyId: string;
  readonly fingerprint: Fingerprint;
  /** The decisions that the revocation follows from: one for each repository that shows the key. */
  readonly decisions: readonly Decision[];
  readonly exposure: Exposure;
}

/**
 * Ends an exposed key at its provider, once, with an audit line before and after. The job's unique key keeps every
 * other process from the same key, and the intent tells whoever comes after a crash that the provider has to be asked.
 */
export function makeRevokeStage(options: RevokeStageOptions): Stage {
  const { storage, apis, judging, gate, reachedBy, onRevoked, log } = options;

  /** Records facts about the key wherever it is exposed, and decides again. */
  const settle = async (
    stores: ExposureStores,
    { provider, keyId }: Pick<KeyToRevoke, "provider" | "keyId">,
    facts: Partial<DecisionFacts>,
  ): Promise<void> => {
    for (const { exposureId } of await stores.decisions.listByKey({ provider, keyId })) {
      await stores.decisions.setFacts(exposureId, facts);
      await judgeExposure(stores, judging, exposureId);
    }
  };

  const findKey = async (subject: { provider: string; keyId: string }): Promise<KeyToRevoke | null> => {
    const decisions = (await storage.decisions.listByKey(subject)).filter(({ state }) => state === "revoke");
    const [first] = decisions;
    const exposure = first === undefined ? null : await storage.exposures.getById(first.exposureId);
    return exposure === null ? null : { ...subject, fingerprint: exposure.fingerprint, decisions, exposure };
  };

  const hold = (key: KeyToRevoke, why: Hold): StageResult => {
    // To approve one decision lets the key through, wherever it is exposed.
    const approve = `keywarden-github-app approve ${key.decisions[0]?.exposureId}`;
    const next = nextStep[why](reachedBy === undefined ? approve : `${approve} ${reachedBy}`);
    log("warn", `held ${key.provider} ${key.exposure.redacted} (${why}); ${next}`, factsOf(key));
    return {
      record: async (stores) => {
        await stores.audit.append(auditFor(key, "key.revoke.withheld", { why }));
        for (const { exposureId } of key.decisions) {
          // An approval is used once: what the switch stops has to be approved again.
          const approval = why === "breaker" ? {} : { approval: null };
          await stores.decisions.setFacts(exposureId, { hold: why, ...approval });
          await judgeExposure(stores, judging, exposureId);
        }
      },
    };
  };

  const settleEnded = (key: KeyToRevoke): StageResult => {
    log("info", `${key.provider} ${key.exposure.redacted} is revoked already`, factsOf(key));
    return {
      record: async (stores) => {
        const result = auditFor(key, "key.revoke.finished");
        await stores.intents.finish(key, { state: "already-revoked" }, result);
        await settle(stores, key, { ownership: "mine-inactive" });
      },
    };
  };

  return makeStage({
    kind: "revoke",
    retry: { attempts: 300, firstDelayMs: 500, longestDelayMs: 300_000 },
    schema: revokeJobSchema,
    run: async (subject) => {
      const key = await findKey(subject);
      // Something else was decided since the job was queued.
      if (key === null) return {};
      const { provider, keyId, fingerprint, exposure } = key;
      // Ask again: between the decision and now the key may have ended, by this App before a crash or by people.
      const current = await apis.lookUp(provider, exposure);
      if (current === null || current.keyId !== keyId)
        throw new AppError(
          "PROVIDER_CONTRADICTS_ITSELF",
          `${provider} confirmed ${exposure.redacted} before and now does not know it`,
        );
      if (current.ownership === "mine-inactive") return settleEnded(key);
      if (current.ownership === "mine-in-grace")
        return { record: (stores) => settle(stores, key, { ownership: "mine-in-grace" }) };
      const isApproved = approverOf(key.decisions) !== undefined;
      const entry = await gate.enter(key, isApproved, auditFor(key, "key.revoke.intended"));
      if (!entry.open) return entry.why === "dry-run" ? {} : hold(key, entry.why);
      if (entry.intent.state !== "intended")
        throw new AppError(
          "PROVIDER_CONTRADICTS_ITSELF",
          `${provider} revoked ${exposure.redacted} before and reports it as active now`,
        );
      try {
        const outcome = await apis.revoke(provider, keyId, fingerprint);
        const elapsedMs = storage.now() - Math.min(...key.decisions.map(({ receivedAtMs }) => receivedAtMs));
        return {
          record: async (stores) => {
            const result = auditFor(key, "key.revoke.finished");
            await stores.intents.finish(key, { state: outcome }, result);
            await settle(stores, key, { ownership: "mine-inactive", hold: null });
            onRevoked?.(elapsedMs);
            log(
              "info",
              `revoked ${provider} ${exposure.redacted} ${elapsedMs} ms after receipt`,
              factsOf(key),
            );
          },
        };
      } catch (error) {
        if (error instanceof ManagementError && refusals.has(error.code)) {
          const result = auditFor(key, "key.revoke.failed");
          await storage.intents.finish(key, { state: "failed", errorCode: error.code }, result);
          // The provider has a reason that no later attempt changes, such as a last token that can make others.
          if (error.code === "MANAGEMENT_CONFLICT") return hold(key, "refused");
        }
        // After a time-out or a broken line the provider may have done it: the intent stays open and the next attempt asks.
        throw error;
      }
    },
  });
}

// One decision each: the file `approve` lets everything go that is held, and is for a machine without a token.
const nextStep: Readonly<Record<Hold, (approve: string) => string>> = {
  "kill-switch": (approve) => `${approve} revokes it once the kill switch is lifted`,
  breaker: (approve) => `${approve} revokes it all the same`,
  "own-token": () => "this App uses it: put a new token into its config, then revoke this one by hand",
  refused: () => "its provider refuses to revoke it; revoke it by hand",
};

/** The person who let the key through, in whichever repository that was. */
function approverOf(decisions: readonly Decision[]): string | undefined {
  return decisions.map(({ approval }) => approval).find((one) => one?.verdict === "approved")?.by;
}

function factsOf({ keyId, decisions }: KeyToRevoke) {
  return { delivery: decisions[0]?.observed.delivery, keyId };
}

function auditFor(
  { provider, keyId, exposure, decisions }: KeyToRevoke,
  action: string,
  more: Readonly<Record<string, string>> = {},
): NewAuditEntry {
  const [first] = decisions;
  const approvedBy = approverOf(decisions);
  return {
    action,
    actor: "keywarden-github-app",
    subject: keyId,
    provider,
    details: {
      ...more,
      exposures: decisions.map(({ exposureId }) => exposureId),
      fingerprint: exposure.fingerprint,
      key: exposure.redacted,
      repositoryId: exposure.repository.repositoryId,
      head: first?.observed.head ?? null,
      pusher: first?.observed.pusher ?? null,
      delivery: first?.observed.delivery ?? null,
      receivedAtMs: first?.receivedAtMs ?? null,
      ...(approvedBy === undefined ? {} : { approvedBy }),
    },
  };
}
