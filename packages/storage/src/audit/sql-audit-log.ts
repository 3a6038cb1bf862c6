import type { AuditLog } from "./audit-log.ts";
import { appendAudit, readAnchor } from "./append-audit.ts";
import { auditEntryFromRow } from "./audit-row.ts";
import { limitOf } from "../sql/limit.ts";
import type { Session } from "../sql/session.ts";
import { verifyAudit } from "./verify-audit.ts";

export function makeAuditLog(session: Session): AuditLog {
  return {
    append: (entry) => session.mutate((transaction) => appendAudit(transaction, entry)),
    async list(asked = {}) {
      const {
        afterSequence = 0,
        beforeSequence,
        limit,
        subject,
        provider,
        actor,
        action,
        actions,
        fromMs,
        toMs,
      } = asked;
      let query = session.db.selectFrom("audit_entries").selectAll().where("sequence", ">", afterSequence);
      if (subject !== undefined) query = query.where("subject", "=", subject);
      if (provider !== undefined) query = query.where("provider", "=", provider);
      if (action !== undefined) query = query.where("action", "=", action);
      if (beforeSequence !== undefined) query = query.where("sequence", "<", beforeSequence);
      if (actor !== undefined) query = query.where("actor", "=", actor);
      if (actions !== undefined) query = query.where("action", "in", actions);
      if (fromMs !== undefined) query = query.where("at_ms", ">=", fromMs);
      if (toMs !== undefined) query = query.where("at_ms", "<", toMs);
      const direction = asked.isNewestFirst === true ? "desc" : "asc";
      const rows = await query.orderBy("sequence", direction).limit(limitOf(limit)).execute();
      return rows.map(auditEntryFromRow);
    },
    head: () => readAnchor(session),
    verify: (options) => verifyAudit(session, options?.anchor),
  };
}
