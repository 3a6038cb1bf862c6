import type { DecisionState, Hold } from "@keywarden/storage";
import { findRule } from "../policy.ts";
import type { Mode, Ownership, Provenance, RuleReason, Situation } from "../policy.ts";

/** Everything that a decision follows from. */
export interface Facts extends Pick<Situation, "kind" | "environment"> {
  /** `null` until each provider that could know has answered. */
  readonly ownership: Ownership | null;
  readonly provenance: Provenance;
  readonly mode: Mode;
  readonly history: "report" | "revoke";
  /** What stood in the way when the key was to be revoked. */
  readonly hold: Hold | null;
  readonly approval: "approved" | "rejected" | null;
  /** Whether the App itself works with it. */
  readonly isOwnToken: boolean;
  /** Whether this App ended it, after it was pushed here. */
  readonly isRevoked: boolean;
}

/** Why a decision is what it is; {@link reasons} has the sentences. */
export type Reason = RuleReason | "not-asked" | "revoked" | "rejected" | "dry-run" | Hold;

export interface Verdict {
  readonly state: DecisionState;
  readonly reason: Reason;
}

/** What an approval can overrule: a person may know what the graph does not. */
const overruled: ReadonlySet<Reason> = new Set(["in-history", "of-unknown-age"]);

/**
 * Decides about one exposed key. A pure function of the facts: it is evaluated again whenever one of them changes, and
 * neither the order in which they became known nor what was decided before plays a part.
 */
export function decide(facts: Facts): Verdict {
  const { ownership, kind, environment, history, mode, approval, hold } = facts;
  if (facts.isRevoked) return { state: "revoked", reason: "revoked" };
  if (ownership === null) return { state: "waiting", reason: "not-asked" };
  const provenance = history === "revoke" ? "came-after" : facts.provenance;
  const rule = findRule({ ownership, kind, environment, provenance });
  const isApproved = approval === "approved";
  if (rule.action !== "revoke" && !(isApproved && overruled.has(rule.reason)))
    return { state: "reported", reason: rule.reason };
  if (approval === "rejected") return { state: "reported", reason: "rejected" };
  if (mode !== "armed") return { state: "would-revoke", reason: "dry-run" };
  // With it gone nothing would be looked up or revoked any more, other keys included.
  if (facts.isOwnToken) return { state: "held", reason: "own-token" };
  if (hold !== null) return { state: "held", reason: hold };
  return { state: "revoke", reason: "live" };
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
  "not-production": "it is not a production key",
  "not-asked": "its provider has not answered yet",
  revoked: "the App revoked it",
  rejected: "a person decided that it stays",
  "dry-run": "the App runs in dry-run",
  "kill-switch": "the kill switch was on when it was to be revoked",
  breaker: "too many keys were revoked in a short time",
  "own-token": "the App itself works with it",
  refused: "its provider refuses to revoke it",
};
