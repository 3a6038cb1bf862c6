import type { AlertRule, AlertRuleStore } from "./alert-rule-store.ts";
import { canonicalJson } from "../json/canonical-json.ts";
import type { JsonObject } from "../json/json.ts";
import { appendAudit } from "../audit/append-audit.ts";
import { insertJob } from "../jobs/job-rows.ts";
import type { Session } from "../sql/session.ts";
import type { AlertRuleTable } from "../sql/tables.ts";

export function makeAlertRuleStore(session: Session): AlertRuleStore {
  return {
    create: (rule, audit) =>
      session.mutate(async (transaction) => {
        const { guard } = transaction;
        const row: AlertRuleTable = {
          id: rule.id,
          key_id: rule.keyId,
          rule: canonicalJson(guard.checkJson(rule.rule, "the alert rule")),
          webhook_url:
            rule.webhookUrl === null ? null : guard.checkText(rule.webhookUrl, "the alert's webhook address"),
          created_at_ms: transaction.now(),
          created_by: audit.actor,
          last_fired_at_ms: null,
          last_period_ms: null,
        };
        await transaction.db.insertInto("alert_rules").values(row).execute();
        await appendAudit(transaction, audit, { alertId: rule.id });
        return ruleFromRow(row);
      }),
    async list({ keyId } = {}) {
      let rules = session.db.selectFrom("alert_rules").selectAll().orderBy("created_at_ms").orderBy("id");
      if (keyId !== undefined) rules = rules.where("key_id", "=", keyId);
      return (await rules.execute()).map(ruleFromRow);
    },
    remove: ({ id, keyId }, audit) =>
      session.mutate(async (transaction) => {
        const { numDeletedRows } = await transaction.db
          .deleteFrom("alert_rules")
          .where("id", "=", id)
          .where("key_id", "=", keyId)
          .executeTakeFirst();
        if (numDeletedRows === 0n) return false;
        await appendAudit(transaction, audit, { alertId: id });
        return true;
      }),
    fire: ({ id, periodMs, audit, jobs }) =>
      session.mutate(async (transaction) => {
        const { numUpdatedRows } = await transaction.db
          .updateTable("alert_rules")
          .set({ last_fired_at_ms: transaction.now(), last_period_ms: periodMs })
          .where("id", "=", id)
          .where((row) => row.or([row("last_period_ms", "is", null), row("last_period_ms", "<", periodMs)]))
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return false;
        await appendAudit(transaction, audit, { alertId: id });
        for (const job of jobs) await insertJob(transaction, job);
        return true;
      }),
  };
}

function ruleFromRow(row: AlertRuleTable): AlertRule {
  return {
    id: row.id,
    keyId: row.key_id,
    rule: JSON.parse(row.rule) as JsonObject,
    webhookUrl: row.webhook_url,
    createdAtMs: row.created_at_ms,
    createdBy: row.created_by,
    lastFiredAtMs: row.last_fired_at_ms,
  };
}
