import type { DecisionState, Hold, LeastAction, Replacement } from "@keywarden/storage";
import { findRule } from "../policy.ts";
import { rotateThenRevoke } from "../policy-rule.ts";
import type { RuleAction } from "../policy-rule.ts";
import type {
  Ownership,
  Provenance,
  RevocationAction,
  RevocationMode,
  RuleReason,
  Situation,
} from "../policy.ts";

/** Everything that a decision follows from. */
export interface Facts extends Pick<Situation, "kind" | "environment"> {
  /** `null` until each provider that could know has answered. */
  readonly ownership: Ownership | null;
  readonly provenance: Provenance;
  readonly mode: RevocationMode;
  readonly history: "report" | "revoke";
  /** What the organisation's own rules say; absent or null when none fits. */
  readonly policyAction?: RuleAction | null;
  /** What the commits that show the key ask for, where the operator has set less; absent or null when they ask for nothing. */
  readonly leastAction?: LeastAction["action"] | null;
  /** Whether a person has to be asked about this very key. */
  readonly isProtected?: boolean;
  /** What stood in the way when the key was to be revoked. */
  readonly hold: Hold | null;
  readonly approval: "approved" | "rejected" | null;
  readonly approvedAtMs?: number | null;
  /** The successor of the key, where one has been begun. */
  readonly replacement?: Pick<Replacement, "state" | "why" | "startedAtMs"> | null;
  /** What happens to a key without a successor, where the policy wants one. */
  readonly otherwise?: "revoke" | "hold";
  /** Whether the App itself works with it. */
  readonly isOwnToken: boolean;
  /** Whether this App ended it, after it was pushed here. */
  readonly isRevoked: boolean;
}

/** Why a decision is what it is; {@link reasons} has the sentences. */
export type Reason =
  | RuleReason
  | "not-asked"
  | "revoked"
  | "rejected"
  | "dry-run"
  | "policy-asks"
  | "policy-reports"
  | "policy-ignores"
  | "repository-asks"
  | "protected"
  | WaitForSuccessor
  | Hold;

/** Why a key that is to be revoked waits for its successor. */
export type WaitForSuccessor = "replacing" | "replacement-stuck" | "not-replaced";

export interface ExposureVerdict {
  readonly state: DecisionState;
  readonly reason: Reason;
}

/** What an approval can overrule: a person may know what the graph does not. */
const overruled: ReadonlySet<string> = new Set<Reason>([
  "in-history",
  "of-unknown-age",
  "of-unknown-environment",
  "policy-reports",
]);

/** Whether an approval or a rejection would change anything. */
export function isOpenToPeople({
  state,
  reason,
}: {
  readonly state: string;
  readonly reason: string;
}): boolean {
  if (state === "held") return reason !== "own-token" && reason !== "refused";
  return (
    state === "would-revoke" || (state === "reported" && (overruled.has(reason) || reason === "rejected"))
  );
}

/**
 * Decides about one exposed key. A pure function of the facts: it is evaluated again whenever one of them changes, and
 * neither the order in which they became known nor what was decided before plays a part.
 */
export function decideExposure(facts: Facts): ExposureVerdict {
  const { ownership, kind, environment, history, mode, approval, hold } = facts;
  if (facts.isRevoked) return { state: "revoked", reason: "revoked" };
  if (ownership === null) return { state: "waiting", reason: "not-asked" };
  const provenance = history === "revoke" ? "came-after" : facts.provenance;
  const isApproved = approval === "approved";
  const own = findRule({ ownership, kind, environment, provenance });
  const policyAction = tighten(facts, own.action);
  const rule = withPolicy(own, { ...facts, policyAction }, provenance);
  if (rule.action !== "revoke" && !(isApproved && overruled.has(rule.reason)))
    return { state: "reported", reason: rule.reason };
  if (approval === "rejected") return { state: "reported", reason: "rejected" };
  const asks = askerOf(facts, policyAction);
  if (asks !== null && !isApproved) return { state: "held", reason: asks };
  if (mode !== "armed") return { state: "would-revoke", reason: "dry-run" };
  // With it gone nothing would be looked up or revoked any more, other keys included.
  if (facts.isOwnToken) return { state: "held", reason: "own-token" };
  if (hold !== null) return { state: "held", reason: hold };
  const wait = policyAction === rotateThenRevoke ? waitForSuccessor(facts) : null;
  if (wait !== null) return { state: "held", reason: wait };
  return { state: "revoke", reason: "live" };
}

/** An approval that was given while a successor is made says not to wait for it. */
function waitForSuccessor({
  replacement = null,
  otherwise = "revoke",
  approval,
  approvedAtMs = null,
}: Facts): WaitForSuccessor | null {
  if (replacement === null) return "replacing";
  const { state, why, startedAtMs } = replacement;
  if (state === "delivered" || state === "finished") return null;
  if (approval === "approved" && approvedAtMs !== null && approvedAtMs >= startedAtMs) return null;
  if (state === "under-way") return why === null ? "replacing" : "replacement-stuck";
  return otherwise === "hold" ? "not-replaced" : null;
}

/**
 * What a repository asks for counts where its operator has set less: whoever can push a key can push such a file, too, so
 * it neither stops a revocation nor brings one about that nobody has approved.
 */
function tighten(
  { policyAction = null, leastAction = null }: Facts,
  withoutRules: RevocationAction,
): RuleAction | null {
  if (leastAction === null || policyAction === rotateThenRevoke) return policyAction;
  if (policyAction === "revoke" || policyAction === "ask") return policyAction;
  if (policyAction === "ignore") return leastAction;
  if (policyAction === null && withoutRules === "revoke") return null;
  return leastAction === "ask" ? "ask" : policyAction;
}

function askerOf({ policyAction, isProtected }: Facts, tightened: RuleAction | null): Reason | null {
  if (policyAction === "ask") return "policy-asks";
  if (isProtected === true) return "protected";
  return tightened === "ask" ? "repository-asks" : null;
}

/** The organisation's rules are about its live keys alone: no rule revokes what is public by design, ended or a stranger's. */
function withPolicy(
  rule: { readonly action: string; readonly reason: RuleReason },
  { ownership, kind, policyAction }: Facts,
  provenance: Provenance,
): { readonly action: string; readonly reason: Reason } {
  if (ownership !== "mine-active" || kind === "publishable" || (policyAction ?? null) === null) return rule;
  if (policyAction === "ignore") return { action: "report", reason: "policy-ignores" };
  if (policyAction === "report") return { action: "report", reason: "policy-reports" };
  if (provenance === "came-after") return { action: "revoke", reason: "live" };
  return { action: "report", reason: provenance === "history" ? "in-history" : "of-unknown-age" };
}

/** For the audit and for people. */
export const reasons: Readonly<Record<Reason, string>> = {
  publishable: "publishable keys are meant to be public",
  "not-ours": "no configured provider issued it",
  inactive: "it had already ended at its provider",
  "in-grace": "it has been replaced, and revoking the key would end its successor too",
  live: "a live key that others can read must stop working",
  "in-history": "it was in the repository before the App; a person decides whether to revoke it",
  "of-unknown-age":
    "it is unknown whether it is history, since part of the history cannot be read; a person decides whether to revoke it",
  "of-unknown-environment": "nothing says which environment it is for; a person decides whether to revoke it",
  "not-production": "it is not a production key",
  "not-asked": "its provider has not answered yet",
  revoked: "the App revoked it",
  rejected: "a person decided that it stays",
  "dry-run": "the App runs in dry-run",
  "kill-switch": "the kill switch was on when it was to be revoked",
  breaker: "too many keys were revoked in a short time",
  "own-token": "the App itself works with it",
  refused: "its provider refuses to revoke it",
  "policy-asks": "the policy asks a person about such keys",
  "policy-reports": "the policy reports such keys and does not revoke them",
  "policy-ignores": "the policy ignores such keys",
  "repository-asks": "the repository's keywarden.json asks a person about such keys",
  protected: "it is protected: a person decides",
  replacing: "its successor is made and delivered first; an approval revokes it without waiting",
  "replacement-stuck":
    "its successor is not delivered yet, since something stands in the way; it is tried until the deadline",
  "not-replaced": "no successor was delivered in time; a person decides",
};
