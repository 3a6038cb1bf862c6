import type { Fingerprint } from "@keywarden/key-format";
import { ManagementError } from "@keywarden/management";
import type { ManagementErrorCode } from "@keywarden/management";
import type { ExposureState, ExposureStorage, NewAuditEntry } from "@keywarden/storage";
import { AppError } from "../app-error.ts";
import { heldCodes } from "../approvals.ts";
import { makeKeyedLock } from "../keyed-lock.ts";
import type { Log } from "../log.ts";
import type { ProviderApis } from "../provider-apis.ts";
import type { RevokeGate } from "../revoke-gate.ts";
import { revokeJobSchema } from "./job-payloads.ts";
import type { RevokeJob } from "./job-payloads.ts";
import { reportJob } from "./report-job.ts";
import { makeStage } from "./stage.ts";
import type { Stage, StageResult } from "./stage.ts";

export interface RevokeStageOptions {
  readonly storage: ExposureStorage;
  readonly apis: ProviderApis;
  /** Fingerprints of the tokens with which the App itself asks and revokes. */
  readonly ownTokens: ReadonlySet<Fingerprint>;
  readonly gate: RevokeGate;
  readonly log: Log;
}

/** Answers after which it is certain that the provider has not revoked the key. */
const refusals: ReadonlySet<ManagementErrorCode> = new Set([
  "MANAGEMENT_BAD_REQUEST",
  "MANAGEMENT_UNAUTHORISED",
  "MANAGEMENT_FORBIDDEN",
  "MANAGEMENT_NOT_FOUND",
  "MANAGEMENT_CONFLICT",
  "MANAGEMENT_PRECONDITION",
  "MANAGEMENT_RATE_LIMITED",
  "MANAGEMENT_BAD_URL",
]);

/** Ends an exposed key at its provider, once, with an audit line before and after. */
export function makeRevokeStage(options: RevokeStageOptions): Stage {
  const { storage, apis, ownTokens, gate, log } = options;
  // One push in two repositories, or two pushes of one key: the second waits and finds the work done.
  const lock = makeKeyedLock();

  const settle = async (job: RevokeJob, state: ExposureState): Promise<StageResult> => {
    await storage.exposures.setState(job.exposure, { state, provider: job.provider, keyId: job.keyId });
    return { outcome: "done", followUps: [reportJob(job.work)] };
  };

  const revokeOnce = async (payload: RevokeJob, jobId: string): Promise<StageResult> => {
    const { provider, keyId, key, work } = payload;
    const subject = { provider, keyId };
    // Ask again: between the decision and now the key may have ended, by this App before a crash or by people.
    const current = await apis.lookUp(provider, key.fingerprint);
    if (current === null || current.keyId !== keyId) {
      throw new AppError(
        "PROVIDER_CONTRADICTS_ITSELF",
        `${provider} confirmed ${key.redacted} a moment ago and now does not know it`,
      );
    }
    if (current.ownership === "mine-inactive") return settleEnded(payload);
    if (current.ownership === "mine-in-grace") return settle(payload, "reported");

    // With it gone nothing would be looked up or revoked any more, the other keys of this push included.
    if (ownTokens.has(key.fingerprint)) return withhold(payload, "own-token");
    const entry = await gate.enter(jobId);
    if (!entry.open) return withhold(payload, entry.why);
    try {
      const { intent } = await storage.intents.open(subject, auditFor(payload, "key.revoke.intended", {}));
      if (intent.state === "revoked" || intent.state === "already-revoked") {
        throw new AppError(
          "PROVIDER_CONTRADICTS_ITSELF",
          `${provider} revoked ${key.redacted} before and reports it as active now`,
        );
      }
      const outcome = await apis.revoke(provider, keyId, key.fingerprint);
      const result = auditFor(payload, "key.revoke.finished", { outcome });
      await storage.intents.finish(subject, { state: outcome }, result);
    } catch (error) {
      if (error instanceof ManagementError && refusals.has(error.code)) {
        const result = auditFor(payload, "key.revoke.failed", { errorCode: error.code });
        await storage.intents.finish(subject, { state: "failed", errorCode: error.code }, result);
        // The provider has a reason that no later attempt changes, such as a last token that can make others.
        if (error.code === "MANAGEMENT_CONFLICT") return await withhold(payload, "refused");
      }
      // After a time-out or a broken line the provider may have done it: the intent stays open and the next attempt asks.
      throw error;
    } finally {
      entry.leave();
    }
    const elapsedMs = storage.now() - work.push.receivedAtMs;
    log("info", `revoked ${provider} ${key.redacted} ${elapsedMs} ms after receipt`, {
      delivery: work.push.delivery,
      keyId,
    });
    return settle(payload, "revoked");
  };

  const settleEnded = async (payload: RevokeJob): Promise<StageResult> => {
    const { provider, keyId, key, work } = payload;
    const result = auditFor(payload, "key.revoke.finished", { outcome: "already-revoked" });
    await storage.intents.finish({ provider, keyId }, { state: "already-revoked" }, result);
    log("info", `${provider} ${key.redacted} is revoked already`, { delivery: work.push.delivery, keyId });
    const intent = await storage.intents.get({ provider, keyId });
    return settle(payload, intent === null || intent.state === "failed" ? "inactive" : "revoked");
  };

  const withhold = async (
    payload: RevokeJob,
    why: "dry-run" | keyof typeof heldCodes,
  ): Promise<StageResult> => {
    const { provider, keyId, key, work, exposure } = payload;
    const audit = auditFor(payload, "key.revoke.withheld", { why });
    await storage.exposures.setState(exposure, { state: "withheld", provider, keyId }, audit);
    const facts = { delivery: work.push.delivery, keyId };
    const followUps = [reportJob(work)];
    if (why === "dry-run") {
      log("info", `would revoke ${provider} ${key.redacted} (dry-run)`, facts);
      return { outcome: "done", followUps };
    }
    log("warn", `held ${provider} ${key.redacted} (${why}); ${nextStep[why]}`, facts);
    return { outcome: "held", code: heldCodes[why], followUps };
  };

  return makeStage({
    kind: "revoke",
    retry: { attempts: 300, firstDelayMs: 500, longestDelayMs: 300_000 },
    schema: revokeJobSchema,
    run: (payload, job) =>
      lock.run(`${payload.provider} ${payload.keyId}`, () => revokeOnce(payload, job.id)),
    giveUp: ({ work }) => [reportJob(work)],
  });
}

const nextStep: Readonly<Record<keyof typeof heldCodes, string>> = {
  "kill-switch": "remove the kill switch, and create the file approve in the data directory to continue",
  breaker: "create the file approve in the data directory to continue",
  "own-token": "this App uses it: put a new token into its config, then revoke this one by hand",
  refused: "its provider refuses to revoke it; revoke it by hand",
};

function auditFor(job: RevokeJob, action: string, more: Readonly<Record<string, string>>): NewAuditEntry {
  const { provider, keyId, key, work } = job;
  const { repository, pusher, delivery, receivedAtMs } = work.push;
  return {
    action,
    actor: "keywarden-github-app",
    subject: keyId,
    provider,
    details: {
      ...more,
      fingerprint: key.fingerprint,
      key: key.redacted,
      repositoryId: repository.id,
      head: work.head,
      pusher,
      delivery,
      receivedAtMs,
    },
  };
}
