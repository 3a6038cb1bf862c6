import type { Fingerprint } from "@keywarden/key-format";
import type { Decision, Exposure, ExposureStores, NewAuditEntry } from "@keywarden/storage";
import { decisionNoticeJobs, isTold, issueJob } from "../channels/notice-jobs.ts";
import type { AppConfig } from "../config.ts";
import { confirmJob, revokeJob } from "../jobs/job-payloads.ts";
import { findPolicyAction } from "../policy-rule.ts";
import type { PolicyRule } from "../policy-rule.ts";
import { requestReports } from "../report/request-report.ts";
import { decideExposure, reasons } from "./decide.ts";
import type { Facts, ExposureVerdict } from "./decide.ts";

/** The facts that are the same for every exposure. */
export interface JudgeContext extends Pick<AppConfig, "mode" | "history"> {
  /** Fingerprints of the tokens with which the App itself asks and revokes. */
  readonly ownTokens: ReadonlySet<Fingerprint>;
  readonly policy?: readonly PolicyRule[];
  /** Key ids and fingerprints about which a person is always asked. */
  readonly protectedKeys?: ReadonlySet<string>;
  /** Whether an issue is written for each key. */
  readonly writesIssues?: boolean;
  /** Names of the private channels that are told. */
  readonly channels?: readonly string[];
}

/**
 * Decides about an exposure by all facts that are stored now, and records what follows: the decision with its reason,
 * new reports of its commits, and the job that asks or revokes. Call it in the transaction that changes a fact.
 */
export async function judgeExposure(
  stores: ExposureStores,
  context: JudgeContext,
  exposureId: number,
): Promise<ExposureVerdict | null> {
  const exposure = await stores.exposures.getById(exposureId);
  const decision = await stores.decisions.get(exposureId);
  if (exposure === null || decision === null) return null;
  const verdict = decideExposure(await gatherFacts(stores, context, exposure, decision));
  const hasChanged = await stores.decisions.settle(
    exposureId,
    verdict,
    isAudited(verdict) ? auditFor(exposure, decision, verdict) : undefined,
  );
  if (hasChanged) {
    const commits = exposure.occurrences.map(({ commit }) => commit);
    await requestReports(stores, exposure.repository, commits);
    for (const job of decisionNoticeJobs(context.channels ?? [], exposureId, verdict))
      await stores.jobs.enqueue(job);
    if (
      context.writesIssues === true &&
      (isTold(verdict) || (await stores.issues.get(exposureId)) !== null)
    ) {
      await stores.issues.touch(exposureId);
      await stores.jobs.enqueue(issueJob(exposureId));
    }
  }
  const { provider, keyId } = decision;
  if (verdict.state === "waiting") await stores.jobs.enqueue(confirmJob(exposureId));
  if (verdict.state === "revoke" && provider !== null && keyId !== null)
    await stores.jobs.enqueue(revokeJob({ provider, keyId }));
  return verdict;
}

/** Gathers what {@link decideExposure} wants to know. */
export async function gatherFacts(
  stores: Pick<ExposureStores, "intents" | "repositories" | "decisions">,
  { mode, history, ownTokens, policy = [], protectedKeys = new Set() }: JudgeContext,
  exposure: Exposure,
  decision: Decision,
): Promise<Facts> {
  const { provider, keyId, ownership, provenance, hold, approval, receivedAtMs } = decision;
  const intent = provider === null || keyId === null ? null : await stores.intents.get({ provider, keyId });
  const endedAtMs =
    intent?.state === "revoked" || intent?.state === "already-revoked" ? (intent.finishedAtMs ?? 0) : null;
  const known = await stores.repositories.get(exposure.repository);
  const kind = decision.keyKind ?? exposure.kind;
  const environment = decision.keyEnvironment ?? exposure.environment;
  const least = await stores.decisions.listLeast(exposure.id);
  return {
    ownership,
    kind,
    environment,
    policyAction: findPolicyAction(policy, {
      kind,
      environment,
      provider,
      visibility: known === null ? null : known.isPrivate ? "private" : "public",
      repository: known === null ? null : `${known.owner}/${known.name}`,
    }),
    leastAction: least.find((one) => one.kind === kind && one.environment === environment)?.action ?? null,
    isProtected: protectedKeys.has(exposure.fingerprint) || (keyId !== null && protectedKeys.has(keyId)),
    provenance,
    mode,
    history,
    hold,
    approval: approval?.verdict ?? null,
    isOwnToken: ownTokens.has(exposure.fingerprint),
    isRevoked: endedAtMs !== null && endedAtMs >= receivedAtMs,
  };
}

// What was done at a provider has audit lines of its own, and that nobody has answered yet is no news.
const isAudited = ({ state }: ExposureVerdict): boolean => state !== "revoked" && state !== "waiting";

function auditFor(exposure: Exposure, decision: Decision, { state, reason }: ExposureVerdict): NewAuditEntry {
  const { observed, approval } = decision;
  return {
    action: "exposure.judged",
    actor: "keywarden-github-app",
    subject: decision.keyId,
    provider: decision.provider,
    details: {
      state,
      reason,
      because: reasons[reason],
      exposure: exposure.id,
      fingerprint: exposure.fingerprint,
      key: exposure.redacted,
      repositoryId: exposure.repository.repositoryId,
      head: observed.head,
      pusher: observed.pusher,
      delivery: observed.delivery,
      ...(approval === null ? {} : { [approval.verdict]: approval.by }),
    },
  };
}
