import type { AuditLog } from "./audit-log.ts";
import { appendAudit, readAnchor } from "./append-audit.ts";
import { auditEntryFromRow } from "./audit-row.ts";
import { limitOf } from "../sql/limit.ts";
import type { Session } from "../sql/session.ts";
import { verifyAudit } from "./verify-audit.ts";

export function makeAuditLog(session: Session): AuditLog {
  return {
    append: (entry) => session.mutate((transaction) => appendAudit(transaction, entry)),
    async list({ afterSequence = 0, limit, subject, action } = {}) {
      let query = session.db.selectFrom("audit_entries").selectAll().where("sequence", ">", afterSequence);
      if (subject !== undefined) query = query.where("subject", "=", subject);
      if (action !== undefined) query = query.where("action", "=", action);
      const rows = await query.orderBy("sequence").limit(limitOf(limit)).execute();
      return rows.map(auditEntryFromRow);
    },
    head: () => readAnchor(session),
    verify: (options) => verifyAudit(session, options?.anchor),
  };
}
