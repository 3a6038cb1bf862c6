import { canonicalJson, isList } from "../json/canonical-json.ts";
import type { NewAuditEntry } from "../audit/audit-log.ts";
import type { NewKey, NewSecret, StoredKey } from "./key-store.ts";
import { StorageError } from "../storage-error.ts";
import { setImmediate } from "node:timers/promises";
import { appendAudit, makeAppender } from "../audit/append-audit.ts";
import { makeInserter, rowsPerStatement } from "../sql/make-inserter.ts";
import { keyFromRow, selectKeys } from "./key-rows.ts";
import type { Session } from "../sql/session.ts";
import type { KeyTable, SecretTable } from "../sql/tables.ts";

export function insertKey(session: Session, key: NewKey, audit: NewAuditEntry): Promise<StoredKey> {
  return session.mutate(async (transaction) => {
    const { db } = transaction;
    await db
      .insertInto("keys")
      .values(keyRow(transaction, key, audit.actor))
      .execute();
    await db
      .insertInto("secrets")
      .values(secretRow(transaction, key.id, 1, key.secret, audit.actor))
      .execute();
    await appendAudit(transaction, { subject: key.id, provider: key.provider, ...audit }, { generation: 1 });
    const row = await selectKeys(db).where("k.id", "=", key.id).executeTakeFirstOrThrow();
    return keyFromRow(row, transaction.now());
  });
}

/** Stores many keys at once, each with an audit entry of its own: all of them or none. */
export function insertKeysInBulk(
  session: Session,
  keys: readonly NewKey[],
  audit: NewAuditEntry,
): Promise<void> {
  return session.mutate(async (transaction) => {
    const { actor } = audit;
    const insertKeys = makeInserter(transaction.db, "keys");
    const insertSecrets = makeInserter(transaction.db, "secrets");
    const appendEntries = makeAppender(transaction, { generation: 1 });
    // In the order of their ids nearly all indexes grow at their end, where the pages are that memory holds anyway.
    const inOrder = keys.toSorted((left, right) => (left.id < right.id ? -1 : 1));
    for (let start = 0; start < keys.length; start += rowsPerStatement) {
      const batch = inOrder.slice(start, start + rowsPerStatement);
      await insertKeys(batch.map((key) => keyRow(transaction, key, actor)));
      await insertSecrets(batch.map((key) => secretRow(transaction, key.id, 1, key.secret, actor)));
      await appendEntries(batch.map((key) => ({ subject: key.id, provider: key.provider, ...audit })));
      // Whoever asks something else of this process meanwhile gets an answer between two statements.
      await setImmediate();
    }
  }, "in-bulk");
}

/** Says when a key ends by itself: with its own time or its current secret's, whichever comes first. */
export function endOf(expiresAtMs: number | null = null, validUntilMs: number | null = null): number | null {
  const endMs = Math.min(expiresAtMs ?? Infinity, validUntilMs ?? Infinity);
  return endMs === Infinity ? null : endMs;
}

export function keyRow(session: Session, key: NewKey, createdBy: string): KeyTable {
  const { guard } = session;
  const nowMs = session.now();
  const text = (value: string, part: string) => guard.checkText(value, `the key's ${part}`);
  return {
    id: text(key.id, "id"),
    provider: key.provider,
    name: text(key.name, "name"),
    kind: key.kind,
    environment: key.environment,
    label: key.label,
    prefix: key.secret.prefix,
    generation: 1,
    owner: typeof key.owner === "string" ? text(key.owner, "owner") : null,
    tags: canonicalJson(guard.checkJson(key.tags ?? [], "the key's tags")),
    permissions: Array.isArray(key.permissions)
      ? canonicalJson(guard.checkJson(key.permissions, "the key's permissions"))
      : null,
    metadata: canonicalJson(guard.checkJson(key.metadata ?? {}, "the key's metadata")),
    created_at_ms: nowMs,
    created_by: text(createdBy, "creator"),
    expires_at_ms: key.expiresAtMs ?? null,
    revoked_at_ms: null,
    revoked_by: null,
    last_used_at_ms: null,
    last_denied_at_ms: null,
    tracking_since_ms: nowMs,
    ends_at_ms: endOf(key.expiresAtMs, key.secret.validUntilMs),
    secret_created_at_ms: nowMs,
    tenant: boundTo(key.metadata, "tenant"),
    product: boundTo(key.metadata, "product"),
    revision: 0,
    disabled_at_ms: null,
    disabled_by: null,
    replaces: key.replaces ?? null,
  };
}

// The same position in the metadata that the migrations took it from for keys that were there before.
export function boundTo(metadata: NewKey["metadata"], name: "tenant" | "product"): string | null {
  const restrictions = metadata?.["restrictions"];
  if (typeof restrictions !== "object" || restrictions === null || isList(restrictions)) return null;
  const { [name]: bound } = restrictions;
  return typeof bound === "string" ? bound : null;
}

/** Checks a new secret's display parts, which could betray it, and makes its row. */
export function secretRow(
  session: Session,
  keyId: string,
  generation: number,
  secret: NewSecret,
  createdBy: string,
): SecretTable {
  if (!/^[0-9a-f]{64}$/.test(secret.sha256))
    throw new StorageError("STORAGE_BAD_VALUE", "cannot store a secret: its hash is not 64 lower-case hex");
  if (secret.lastFour.length > 4)
    throw new StorageError("STORAGE_BAD_VALUE", "cannot store a secret: more than four last characters");
  const nowMs = session.now();
  return {
    key_id: keyId,
    generation,
    sha256: secret.sha256,
    prefix: session.guard.checkText(secret.prefix, "the secret's prefix"),
    last_four: secret.lastFour,
    created_at_ms: nowMs,
    created_by: createdBy,
    not_before_ms: nowMs,
    valid_until_ms: secret.validUntilMs ?? null,
    revoked_at_ms: null,
  };
}
