import type { SecurityEvent, SecurityEventStore } from "./security-event-store.ts";
import { appendAudit } from "../audit/append-audit.ts";
import { insertJob } from "../jobs/job-rows.ts";
import { limitOf } from "../sql/limit.ts";
import type { Session } from "../sql/session.ts";
import type { SecurityEventTable } from "../sql/tables.ts";

export function makeSecurityEventStore(session: Session): SecurityEventStore {
  const { db } = session;
  return {
    record: (event, coolDownMs, jobs = []) =>
      session.mutate(async (transaction) => {
        const nowMs = transaction.now();
        const open = await transaction.db
          .selectFrom("security_events")
          .select(["id", "count"])
          .where("subject", "=", event.subject)
          .where("code", "=", event.code)
          .where("last_at_ms", ">", nowMs - coolDownMs)
          .orderBy("last_at_ms", "desc")
          .limit(1)
          .executeTakeFirst();
        if (open !== undefined) {
          await transaction.db
            .updateTable("security_events")
            .set({ last_at_ms: nowMs, count: open.count + 1 })
            .where("id", "=", open.id)
            .execute();
          return "repeated";
        }
        const { id, code, severity, subject, keyId, provider } = event;
        const evidence = transaction.guard.maskText(event.evidence);
        await transaction.db
          .insertInto("security_events")
          .values({
            id,
            code,
            severity,
            subject,
            key_id: keyId,
            provider,
            evidence,
            first_at_ms: nowMs,
            last_at_ms: nowMs,
            count: 1,
          })
          .execute();
        await appendAudit(transaction, {
          action: "security.noticed",
          actor: "keywarden-server",
          subject: keyId,
          provider,
          details: { eventId: id, code, severity, about: subject, evidence },
        });
        for (const job of jobs) await insertJob(transaction, job);
        return "new";
      }),
    async list(query = {}) {
      const limit = limitOf(query.limit);
      const { before, keyId, code, severity, provider, environment } = query;
      let page = db
        .selectFrom("security_events")
        .selectAll()
        .orderBy("first_at_ms", "desc")
        .orderBy("id", "desc")
        .limit(limit + 1);
      if (keyId !== undefined) page = page.where("key_id", "=", keyId);
      if (code !== undefined) page = page.where("code", "=", code);
      if (severity !== undefined) page = page.where("severity", "=", severity);
      if (provider !== undefined) page = page.where("provider", "=", provider);
      if (environment !== undefined)
        page = page.where("key_id", "in", (row) =>
          row.selectFrom("keys").select("id").where("environment", "=", environment),
        );
      if (before !== undefined && before !== null)
        page = page.where((row) =>
          row(row.refTuple("first_at_ms", "id"), "<", row.tuple(before.firstAtMs, before.id)),
        );
      const rows = await page.execute();
      const events = rows.slice(0, limit).map(eventFromRow);
      const last = events.at(-1);
      const hasMore = rows.length > limit && last !== undefined;
      return { events, next: hasMore ? { firstAtMs: last.firstAtMs, id: last.id } : null };
    },
    prune: (beforeMs) =>
      session.mutate(async (transaction) => {
        const { numDeletedRows } = await transaction.db
          .deleteFrom("security_events")
          .where("last_at_ms", "<", beforeMs)
          .executeTakeFirst();
        return Number(numDeletedRows);
      }),
  };
}

function eventFromRow(row: SecurityEventTable): SecurityEvent {
  return {
    id: row.id,
    code: row.code,
    severity: row.severity,
    subject: row.subject,
    keyId: row.key_id,
    provider: row.provider,
    evidence: row.evidence,
    firstAtMs: row.first_at_ms,
    lastAtMs: row.last_at_ms,
    count: row.count,
  };
}
