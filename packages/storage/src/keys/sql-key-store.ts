import type { KeyStore } from "./key-store.ts";
import { changeKeyRow } from "./change-key.ts";
import { insertKey, insertKeysInBulk } from "./insert-key.ts";
import { makeFinder } from "./find-secret.ts";
import { keyFromRow, secretFromRow, selectKeys } from "./key-rows.ts";
import { findTaken, insertImported, listSecretsOf } from "./insert-imported.ts";
import { countKeys, listKeyRows } from "./list-keys.ts";
import { countRevoked, findPurged, purgeKeys } from "./purge-keys.ts";
import { revokeKeyRow } from "./revoke-key.ts";
import { readKey, rotateKeyRow } from "./rotate-key.ts";
import type { Session } from "../sql/session.ts";
import { makeToucher } from "./touch-keys.ts";

export function makeKeyStore(session: Session): KeyStore {
  return {
    createKey: (key, audit) => insertKey(session, key, audit),
    createKeys: (keys, audit) => insertKeysInBulk(session, keys, audit),
    importKeys: (keys, audit) => insertImported(session, keys, audit),
    findTaken: (wanted) => findTaken(session, wanted),
    listSecretsOf: (keyIds) => listSecretsOf(session, keyIds),
    getKey: async (id) => readKey(session, id, await session.readNow()),
    findBySha256: makeFinder(session),
    listKeys: (query = {}) => listKeyRows(session, query),
    async listSecrets(keyId) {
      const key = await readKey(session, keyId, await session.readNow());
      if (key === null) return [];
      const rows = await session.db
        .selectFrom("secrets")
        .selectAll()
        .where("key_id", "=", keyId)
        .orderBy("generation", "desc")
        .execute();
      return rows.map((row) => secretFromRow(row, key));
    },
    rotateKey: async (rotation) => rotateKeyRow(session, rotation),
    changeKey: (change) => changeKeyRow(session, change),
    async getKeys(ids) {
      if (ids.length === 0) return [];
      const nowMs = await session.readNow();
      const rows = await selectKeys(session.db).where("k.id", "in", ids).execute();
      return rows.map((row) => keyFromRow(row, nowMs));
    },
    async findSuccessor(id) {
      const nowMs = await session.readNow();
      const row = await selectKeys(session.db)
        .where("k.replaces", "=", id)
        .where("k.revoked_at_ms", "is", null)
        .executeTakeFirst();
      return row === undefined ? null : keyFromRow(row, nowMs);
    },
    async findSuccessors(ids) {
      if (ids.length === 0) return [];
      const nowMs = await session.readNow();
      const rows = await selectKeys(session.db)
        .where("k.replaces", "in", ids)
        .where("k.revoked_at_ms", "is", null)
        .execute();
      return rows.map((row) => keyFromRow(row, nowMs));
    },
    countKeys: (query = {}) => countKeys(session, query),
    revokeKey: (revocation) => revokeKeyRow(session, revocation),
    purgeKeys: (purge) => purgeKeys(session, purge),
    countRevoked: (beforeMs) => countRevoked(session, beforeMs),
    findPurged: (sha256) => findPurged(session, sha256),
    touchLastUsed: makeToucher(session),
  };
}
