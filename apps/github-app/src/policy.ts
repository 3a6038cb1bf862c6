import type { Environment, KeyKind } from "@keywarden/key-format";

/** Whether the App revokes, or only says what it would revoke. */
export type RevocationMode = "dry-run" | "armed";

/** What the configured providers answered about a fingerprint. */
export type Ownership = "mine-active" | "mine-in-grace" | "mine-inactive" | "not-ours";

/**
 * `history`: all that introduces the key was in the repository when the App was given it. `came-after`: something came later.
 * `unknown`: it cannot be told, since a part of what was there is gone.
 */
export type Provenance = "came-after" | "history" | "unknown";

export type RevocationAction = "revoke" | "report" | "ignore";

export interface Situation {
  readonly ownership: Ownership;
  readonly kind: KeyKind;
  /** `null` where neither the text nor the provider says which: it fits no rule for an environment. */
  readonly environment: Environment | null;
  readonly provenance: Provenance;
}

/** Why a rule does what it does, as a code. */
export type RuleReason =
  | "publishable"
  | "not-ours"
  | "inactive"
  | "in-grace"
  | "live"
  | "in-history"
  | "of-unknown-age"
  | "of-unknown-environment"
  | "not-production";

interface Rule {
  readonly when: Partial<Situation>;
  readonly action: RevocationAction;
  readonly reason: RuleReason;
}

/** The policy, in order: the first rule that fits decides. */
export const policy: readonly Rule[] = [
  { when: { kind: "publishable" }, action: "ignore", reason: "publishable" },
  { when: { ownership: "not-ours" }, action: "report", reason: "not-ours" },
  { when: { ownership: "mine-inactive" }, action: "report", reason: "inactive" },
  { when: { ownership: "mine-in-grace" }, action: "report", reason: "in-grace" },
  {
    when: { ownership: "mine-active", environment: "production", provenance: "came-after" },
    action: "revoke",
    reason: "live",
  },
  {
    when: { ownership: "mine-active", environment: "production", provenance: "history" },
    action: "report",
    reason: "in-history",
  },
  {
    when: { ownership: "mine-active", environment: "production", provenance: "unknown" },
    action: "report",
    reason: "of-unknown-age",
  },
  {
    when: { ownership: "mine-active", environment: null },
    action: "report",
    reason: "of-unknown-environment",
  },
  { when: { ownership: "mine-active" }, action: "report", reason: "not-production" },
];

/** Gives the first rule of {@link policy} that fits. */
export function findRule(situation: Situation): Pick<Rule, "action" | "reason"> {
  const rule = policy.find(({ when }) =>
    Object.entries(when).every(([name, value]) => situation[name as keyof Situation] === value),
  );
  // The last rules name every ownership, so a situation without a rule can only be a new word in a type.
  return rule ?? { action: "report", reason: "of-unknown-age" };
}
