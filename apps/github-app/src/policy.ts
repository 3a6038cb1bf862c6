import type { Environment, KeyKind } from "@keywarden/key-format";

/** What the configured providers answered about a fingerprint. */
export type Ownership = "mine-active" | "mine-in-grace" | "mine-inactive" | "not-ours";

/**
 * `history`: all that introduces the key was in the repository when the App was given it. `came-after`: something came later.
 * `unknown`: it cannot be told, since a part of what was there is gone.
 */
export type Provenance = "came-after" | "history" | "unknown";

export type Action = "revoke" | "report" | "ignore";

export interface Situation {
  readonly ownership: Ownership;
  readonly kind: KeyKind;
  readonly environment: Environment;
  readonly provenance: Provenance;
}

interface Rule {
  readonly when: Partial<Situation>;
  readonly action: Action;
  /** For the audit and for people. */
  readonly because: string;
}

/** The policy, in order: the first rule that fits decides. */
export const policy: readonly Rule[] = [
  { when: { kind: "publishable" }, action: "ignore", because: "publishable keys are meant to be public" },
  { when: { ownership: "not-ours" }, action: "report", because: "no configured provider issued it" },
  { when: { ownership: "mine-inactive" }, action: "report", because: "it had already ended at its provider" },
  {
    when: { ownership: "mine-in-grace" },
    action: "report",
    because: "it has been replaced, and revoking the key would end its successor too",
  },
  {
    when: { ownership: "mine-active", environment: "production", provenance: "came-after" },
    action: "revoke",
    because: "a live key that others can read must stop working",
  },
  {
    when: { ownership: "mine-active", environment: "production", provenance: "history" },
    action: "report",
    because: "it was in the repository before the App; a person decides whether to revoke it",
  },
  {
    when: { ownership: "mine-active", environment: "production", provenance: "unknown" },
    action: "report",
    because:
      "it is unknown whether it is history, since part of the history is gone; a person decides whether to revoke it",
  },
  { when: { ownership: "mine-active" }, action: "report", because: "it is not a production key" },
];

/** Gives what to do about a key, by the first rule of {@link policy} that fits. */
export function decide(situation: Situation): { readonly action: Action; readonly because: string } {
  const rule = policy.find(({ when }) =>
    Object.entries(when).every(([name, value]) => situation[name as keyof Situation] === value),
  );
  // The last rules name every ownership, so a situation without a rule can only be a new word in a type.
  return rule ?? { action: "report", because: "no rule matches" };
}
