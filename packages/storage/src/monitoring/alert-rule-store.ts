import type { NewAuditEntry } from "../audit/audit-log.ts";
import type { NewJob } from "../jobs/job-queue.ts";
import type { JsonObject } from "../json/json.ts";

export interface AlertRule {
  readonly id: string;
  readonly keyId: string;
  /** What to watch, in the words of whoever watches. */
  readonly rule: JsonObject;
  readonly webhookUrl: string | null;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly lastFiredAtMs: number | null;
}

export interface AlertRuleStore {
  /** The entry's actor becomes `createdBy`. */
  create(
    rule: Pick<AlertRule, "id" | "keyId" | "rule" | "webhookUrl">,
    audit: NewAuditEntry,
  ): Promise<AlertRule>;
  /** All rules, or one key's, oldest first. */
  list(query?: { readonly keyId?: string }): Promise<readonly AlertRule[]>;
  remove(rule: Pick<AlertRule, "id" | "keyId">, audit: NewAuditEntry): Promise<boolean>;
  /**
   * Fires a rule for a period unless it has fired for that one or a later one: writes the entry and adds the jobs in the
   * same transaction, so that it fires once however many processes see the threshold crossed.
   */
  fire(firing: {
    readonly id: string;
    /** Start of the period, epoch milliseconds. */
    readonly periodMs: number;
    readonly audit: NewAuditEntry;
    readonly jobs: readonly NewJob[];
  }): Promise<boolean>;
}
