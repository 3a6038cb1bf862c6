import { setImmediate } from "node:timers/promises";
import type { NewAuditEntry } from "../audit/audit-log.ts";
import type { ImportedKey, KeyStore, SecretRecord, TakenKey } from "./key-store.ts";
import { StorageError } from "../storage-error.ts";
import { makeAppender } from "../audit/append-audit.ts";
import { endOf, keyRow, secretRow } from "./insert-key.ts";
import { secretRecordFromRow } from "./key-rows.ts";
import { makeInserter, rowsPerStatement } from "../sql/make-inserter.ts";
import type { Session } from "../sql/session.ts";
import type { KeyTable, SecretTable } from "../sql/tables.ts";

/** Stores keys as they were elsewhere, each with an audit entry of its own: all of them or none. */
export function insertImported(
  session: Session,
  keys: readonly ImportedKey[],
  audit: NewAuditEntry,
): Promise<void> {
  return session.mutate(async (transaction) => {
    const insertKeys = makeInserter(transaction.db, "keys");
    const insertSecrets = makeInserter(transaction.db, "secrets");
    const appendEntries = makeAppender(transaction);
    // In the order of their ids nearly all indexes grow at one end.
    const inOrder = keys.toSorted((left, right) => (left.id < right.id ? -1 : 1));
    for (let start = 0; start < inOrder.length; start += rowsPerStatement) {
      const batch = inOrder.slice(start, start + rowsPerStatement);
      await insertKeys(batch.map((key) => importedRow(transaction, key)));
      const secrets = batch.flatMap((key) =>
        key.secrets.map((secret) => importedSecret(transaction, key, secret)),
      );
      for (let from = 0; from < secrets.length; from += rowsPerStatement)
        await insertSecrets(secrets.slice(from, from + rowsPerStatement));
      await appendEntries(
        batch.map((key) => ({
          subject: key.id,
          provider: key.provider,
          ...audit,
          details: { ...audit.details, generation: currentOf(key).generation },
        })),
      );
      // Whoever asks something else of this process meanwhile gets an answer between two statements.
      await setImmediate();
    }
  }, "in-bulk");
}

function currentOf({ id, secrets }: ImportedKey): ImportedKey["secrets"][number] {
  const current = secrets.at(-1);
  if (current !== undefined) return current;
  throw new StorageError("STORAGE_BAD_VALUE", `cannot import ${id}: a key has a secret`);
}

function importedRow(session: Session, key: ImportedKey): KeyTable {
  const secret = currentOf(key);
  const { guard } = session;
  return {
    ...keyRow(session, { ...key, secret }, key.createdBy),
    generation: secret.generation,
    created_at_ms: key.createdAtMs,
    revoked_at_ms: key.revokedAtMs,
    revoked_by: key.revokedBy === null ? null : guard.checkText(key.revokedBy, "the key's revoker"),
    disabled_at_ms: key.disabledAtMs ?? null,
    disabled_by:
      typeof key.disabledBy === "string" ? guard.checkText(key.disabledBy, "who disabled the key") : null,
    last_used_at_ms: key.lastUsedAtMs,
    last_denied_at_ms: key.lastDeniedAtMs,
    tracking_since_ms: key.trackingSinceMs,
    ends_at_ms: endOf(key.expiresAtMs, secret.validUntilMs),
    secret_created_at_ms: secret.createdAtMs,
  };
}

function importedSecret(
  session: Session,
  { id }: ImportedKey,
  secret: ImportedKey["secrets"][number],
): SecretTable {
  const createdBy = session.guard.checkText(secret.createdBy, "the secret's creator");
  return {
    ...secretRow(session, id, secret.generation, secret, createdBy),
    created_at_ms: secret.createdAtMs,
    not_before_ms: secret.notBeforeMs,
    revoked_at_ms: secret.revokedAtMs,
  };
}

export async function findTaken(
  { db }: Session,
  { ids, sha256s }: Parameters<KeyStore["findTaken"]>[0],
): Promise<readonly TakenKey[]> {
  const byHash =
    sha256s.length === 0
      ? []
      : await db
          .selectFrom("secrets as s")
          .innerJoin("keys as k", "k.id", "s.key_id")
          .select([
            "k.id",
            "k.provider",
            "k.kind",
            "k.environment",
            "k.revoked_at_ms as revokedAtMs",
            "s.sha256",
          ])
          .where("s.sha256", "in", sha256s)
          .execute();
  const byId =
    ids.length === 0
      ? []
      : await db
          .selectFrom("keys")
          .select(["id", "provider", "kind", "environment", "revoked_at_ms as revokedAtMs"])
          .where("id", "in", ids)
          .execute();
  return [...byHash, ...byId.map((key) => ({ ...key, sha256: null }))];
}

export async function listSecretsOf(
  { db }: Session,
  keyIds: readonly string[],
): Promise<readonly SecretRecord[]> {
  if (keyIds.length === 0) return [];
  const rows = await db
    .selectFrom("secrets")
    .selectAll()
    .where("key_id", "in", keyIds)
    .orderBy("key_id")
    .orderBy("generation")
    .execute();
  return rows.map(secretRecordFromRow);
}
