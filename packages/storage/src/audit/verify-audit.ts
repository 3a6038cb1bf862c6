import { genesis } from "./audit-chain.ts";
import type { AuditAnchor, AuditFault, AuditVerification } from "./audit-log.ts";
import { lockAnchor } from "./append-audit.ts";
import { isUnedited } from "./audit-row.ts";
import type { Session } from "../sql/session.ts";
import type { AuditEntryTable } from "../sql/tables.ts";

const pageSize = 1000;

/** Walks the chain from its beginning and says where it first differs from what was written. */
export async function verifyAudit(session: Session, kept?: AuditAnchor): Promise<AuditVerification> {
  let head = genesis;
  for (;;) {
    const { rows, anchor } = await readPage(session, head.sequence);
    for (const row of rows) {
      const fault = faultOf(row, head);
      if (fault !== null) return fault;
      head = { sequence: row.sequence, hash: row.hash };
      if (kept?.sequence === head.sequence && kept.hash !== head.hash)
        return bad(head.sequence, "anchor-differs", "is not the entry that was anchored elsewhere");
    }
    if (rows.length < pageSize) return endOf(head, anchor, kept);
  }
}

// While the anchor is locked nobody appends, so an entry is in both or in neither.
async function readPage(session: Session, afterSequence: number) {
  return session.mutate(async (transaction) => ({
    anchor: await lockAnchor(transaction),
    rows: await transaction.db
      .selectFrom("audit_entries")
      .selectAll()
      .where("sequence", ">", afterSequence)
      .orderBy("sequence")
      .limit(pageSize)
      .execute(),
  }));
}

function faultOf(row: AuditEntryTable, before: AuditAnchor): AuditVerification | null {
  const expected = before.sequence + 1;
  if (row.sequence !== expected) return bad(expected, "missing", "was removed");
  if (!isUnedited(row)) return bad(expected, "edited", "does not match its hash: it was edited or moved");
  if (row.previous_hash !== before.hash)
    return bad(expected, "broken-link", "does not follow the entry before it: one of the two was replaced");
  return null;
}

function endOf(head: AuditAnchor, anchor: AuditAnchor, kept?: AuditAnchor): AuditVerification {
  const next = head.sequence + 1;
  if (head.sequence < anchor.sequence)
    return bad(next, "truncated", `and all after it up to ${anchor.sequence} were removed`);
  if (head.sequence > anchor.sequence)
    return bad(anchor.sequence + 1, "unanchored", "was added past the end that is on record");
  if (head.hash !== anchor.hash)
    return bad(head.sequence, "anchor-differs", "is not the last entry that is on record");
  if (kept !== undefined && kept.sequence > head.sequence)
    return bad(next, "truncated", `and all after it up to ${kept.sequence} were removed`);
  return { ok: true, entries: head.sequence, head };
}

function bad(firstBadSequence: number, fault: AuditFault, what: string): AuditVerification {
  return { ok: false, firstBadSequence, fault, reason: `audit entry ${firstBadSequence} ${what}` };
}
