import { hashEntry } from "./audit-chain.ts";
import type { AuditAnchor, NewAuditEntry } from "./audit-log.ts";
import { canonicalJson } from "../json/canonical-json.ts";
import type { JsonObject } from "../json/json.ts";
import { StorageError } from "../storage-error.ts";
import { makeInserter } from "../sql/make-inserter.ts";
import type { Session } from "../sql/session.ts";
import type { AuditEntryTable } from "../sql/tables.ts";

/** Adds an entry at the end of the chain; call it inside the transaction of what the entry tells about. */
export function appendAudit(
  session: Session,
  entry: NewAuditEntry,
  facts?: JsonObject,
): Promise<AuditAnchor> {
  return makeAppender(session, facts)([entry]);
}

/** Makes a way to add many entries, in batches that fit a statement, with the same facts in the details of each. */
export function makeAppender(
  session: Session,
  facts: JsonObject = {},
): (entries: readonly NewAuditEntry[]) => Promise<AuditAnchor> {
  const insert = makeInserter(session.db, "audit_entries");
  return async (entries) => {
    let head = await lockAnchor(session);
    const rows: AuditEntryTable[] = [];
    for (const entry of entries) {
      const row = chain(session, entry, facts, head);
      head = { sequence: row.sequence, hash: row.hash };
      rows.push(row);
    }
    await insert(rows);
    await session.db.updateTable("audit_anchor").set(head).where("id", "=", 1).execute();
    const [first, second] = entries;
    const subject = second === undefined ? (first?.subject ?? null) : null;
    await session.sharing.announceAppended(session.db, subject);
    session.afterCommit(() => {
      for (const listener of session.appended) listener();
    });
    return head;
  };
}

function chain(
  session: Session,
  entry: NewAuditEntry,
  facts: JsonObject,
  last: AuditAnchor,
): AuditEntryTable {
  const { guard } = session;
  const text = (value: string, part: string) => guard.checkText(value, `an audit entry's ${part}`);
  const atMs = entry.atMs ?? session.now();
  if (!Number.isSafeInteger(atMs))
    throw new StorageError(
      "STORAGE_BAD_VALUE",
      `cannot audit at ${atMs}: times are whole epoch milliseconds`,
    );
  const written = {
    sequence: last.sequence + 1,
    atMs,
    action: text(entry.action, "action"),
    actor: text(entry.actor, "actor"),
    subject: typeof entry.subject === "string" ? text(entry.subject, "subject") : null,
    provider: typeof entry.provider === "string" ? text(entry.provider, "provider") : null,
    details: guard.checkJson({ ...entry.details, ...facts }, "an audit entry's details"),
    previousHash: last.hash,
  };
  return {
    sequence: written.sequence,
    at_ms: written.atMs,
    action: written.action,
    actor: written.actor,
    subject: written.subject,
    provider: written.provider,
    details: canonicalJson(written.details),
    previous_hash: written.previousHash,
    hash: hashEntry(written),
  };
}

/** Reads the position of the last entry as it is kept beside the chain. */
export function readAnchor(session: Session): Promise<AuditAnchor> {
  return selectAnchor(session).executeTakeFirstOrThrow();
}

/** The same, and keeps others from adding entries until the transaction ends. */
export function lockAnchor(session: Session): Promise<AuditAnchor> {
  const query = selectAnchor(session);
  return (session.sharing.locksRows ? query.forUpdate() : query).executeTakeFirstOrThrow();
}

function selectAnchor({ db }: Session) {
  return db.selectFrom("audit_anchor").select(["sequence", "hash"]).where("id", "=", 1);
}
