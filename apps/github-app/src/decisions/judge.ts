import type { Environment, Fingerprint, KeyKind } from "@keywarden/key-format";
import { randomBytes } from "node:crypto";
import type {
  Decision,
  Exposure,
  ExposureStores,
  LeastAction,
  NewAuditEntry,
  ReplacedKey,
  Replacement,
  ReplacementState,
} from "@keywarden/storage";
import { decisionNoticeJobs, isTold, issueJob } from "../channels/notice-jobs.ts";
import type { AppConfig } from "../config.ts";
import { confirmJob, overdueJob, replaceJob, revokeJob } from "../jobs/job-payloads.ts";
import { findPolicyAction } from "../policy-rule.ts";
import type { PolicyRule } from "../policy-rule.ts";
import type { ReplacementTerms } from "../replacements/replacement-terms.ts";
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
  /** How exposed keys are replaced before they are revoked. */
  readonly replacement?: Pick<ReplacementTerms, "deadlineMs" | "otherwise"> | null;
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
  const facts = await gatherFacts(stores, context, exposure, decision);
  const verdict = decideExposure(facts);
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
  if (provider !== null && keyId !== null)
    await followSuccessor(stores, context, { provider, keyId }, verdict, facts.replacement ?? null);
  return verdict;
}

const unfinished: ReadonlySet<ReplacementState> = new Set(["under-way", "delivered", "overdue"]);

/** Begins the successor that a decision waits for, with its deadline, and has one that was begun seen to after it. */
async function followSuccessor(
  stores: ExposureStores,
  { replacement: terms }: JudgeContext,
  key: ReplacedKey,
  { state, reason }: ExposureVerdict,
  begun: Pick<Replacement, "state"> | null,
): Promise<void> {
  if (begun === null && (reason !== "replacing" || !terms)) return;
  if (begun === null && terms) {
    const rotation = randomBytes(4).toString("hex");
    const begins = await stores.replacements.begin(key, { rotation, withinMs: terms.deadlineMs });
    if (begins.rotation === rotation) {
      await stores.jobs.enqueue(overdueJob(key, begins.dueAtMs));
      await stores.audit.append({
        action: "key.replace.begun",
        actor: "keywarden-github-app",
        subject: key.keyId,
        provider: key.provider,
        details: { rotation, dueAtMs: begins.dueAtMs },
      });
    }
  }
  if (begun !== null && (!unfinished.has(begun.state) || state === "revoke")) return;
  await stores.jobs.enqueue(replaceJob(key));
}

/** Gathers what {@link decideExposure} wants to know. */
export async function gatherFacts(
  stores: Pick<ExposureStores, "intents" | "repositories" | "decisions" | "replacements">,
  { mode, history, ownTokens, policy = [], protectedKeys = new Set(), replacement: terms }: JudgeContext,
  exposure: Exposure,
  decision: Decision,
): Promise<Facts> {
  const { provider, keyId, ownership, provenance, hold, approval, receivedAtMs } = decision;
  const key = provider === null || keyId === null ? null : { provider, keyId };
  const intent = key === null ? null : await stores.intents.get(key);
  const endedAtMs =
    intent?.state === "revoked" || intent?.state === "already-revoked" ? (intent.finishedAtMs ?? 0) : null;
  const known = await stores.repositories.get(exposure.repository);
  const kind = decision.keyKind ?? exposure.kind;
  const environment = decision.keyEnvironment ?? exposure.environment;
  const least = await stores.decisions.listLeast(exposure.id);
  // What the App has asked for and has not heard the end of ended by that, and not before: the revocation asks and settles it.
  const isUnderWay = intent?.state === "intended" && ownership === "mine-inactive";
  return {
    ownership: isUnderWay ? "mine-active" : ownership,
    kind,
    environment,
    policyAction: findPolicyAction(policy, {
      kind,
      environment,
      provider,
      visibility: known === null ? null : known.isPrivate ? "private" : "public",
      repository: known === null ? null : `${known.owner}/${known.name}`,
    }),
    leastAction: findLeastAction(least, kind, environment),
    isProtected: protectedKeys.has(exposure.fingerprint) || (keyId !== null && protectedKeys.has(keyId)),
    provenance,
    mode,
    history,
    hold,
    approval: approval?.verdict ?? null,
    approvedAtMs: approval?.atMs ?? null,
    replacement: key === null ? null : await stores.replacements.get(key),
    otherwise: terms?.otherwise ?? "revoke",
    isOwnToken: ownTokens.has(exposure.fingerprint),
    isRevoked: endedAtMs !== null && endedAtMs >= receivedAtMs,
  };
}

/** Where nothing says which environment a key is for, the strictest that is asked for its kind holds. */
function findLeastAction(
  least: readonly LeastAction[],
  kind: KeyKind,
  environment: Environment | null,
): LeastAction["action"] | null {
  const actions = least
    .filter((one) => one.kind === kind && (environment === null || one.environment === environment))
    .map(({ action }) => action);
  return actions.find((action) => action === "ask") ?? actions[0] ?? null;
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
