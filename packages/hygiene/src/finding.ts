import type { RuleId, Severity } from "./rules.ts";
import type { RuleSource } from "./source-of.ts";

/** A key that breaks its provider's policy. */
export interface HygieneFinding {
  readonly rule: RuleId;
  readonly severity: Severity;
  readonly keyId: string;
  readonly provider: string;
  /** Why, for people; it names no time that passes, but days and hours as they are now. */
  readonly message: string;
  /** From when the key breaks the rule; `null` when that is not known. */
  readonly sinceMs: number | null;
  /** The deadline for the remedy; `null` if nobody sets one. */
  readonly deadlineMs: number | null;
  readonly source: RuleSource;
  /**
   * The command that is the next step. It revokes and replaces nothing before it is given `--yes`, and says what is
   * missing.
   */
  readonly next: string;
}

/** What one rule says of a key; the rest of a finding is the same for all rules. */
export type RuleJudgement = Pick<HygieneFinding, "rule" | "message" | "sinceMs" | "deadlineMs" | "next">;
