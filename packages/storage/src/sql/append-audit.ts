import { hashEntry } from "../audit-chain.ts";
import type { AuditAnchor, NewAuditEntry } from "../audit-log.ts";
import { canonicalJson } from "../canonical-json.ts";
import type { JsonObject } from "../json.ts";
import { StorageError } from "../storage-error.ts";
import type { Session } from "./session.ts";

/** Adds an entry at the end of the chain; call it inside the transaction of what the entry tells about. */
export async function appendAudit(
  session: Session,
  entry: NewAuditEntry,
  facts: JsonObject = {},
): Promise<AuditAnchor> {
  const { db, guard } = session;
  const last = await lockAnchor(session);
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
  const head = { sequence: written.sequence, hash: hashEntry(written) };
  await db
    .insertInto("audit_entries")
    .values({
      sequence: written.sequence,
      at_ms: written.atMs,
      action: written.action,
      actor: written.actor,
      subject: written.subject,
      provider: written.provider,
      details: canonicalJson(written.details),
      previous_hash: written.previousHash,
      hash: head.hash,
    })
    .execute();
  await db.updateTable("audit_anchor").set(head).where("id", "=", 1).execute();
  return head;
}

/** Reads the place of the last entry as it is kept beside the chain. */
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
