import type { KeyStore, KeyTouch } from "../key-store.ts";
import { createKey, createKeys } from "./create-key.ts";
import { keyFromRow, secretFromRow, selectKeys } from "./key-rows.ts";
import { listKeys } from "./list-keys.ts";
import { revokeKey } from "./revoke-key.ts";
import { readKey, rotateKey } from "./rotate-key.ts";
import type { Session } from "./session.ts";

export function makeKeyStore(session: Session): KeyStore {
  return {
    createKey: (key, audit) => createKey(session, key, audit),
    createKeys: (keys, audit) => createKeys(session, keys, audit),
    getKey: async (id) => readKey(session, id, await session.readNow()),
    findBySha256: makeFinder(session),
    listKeys: (query = {}) => listKeys(session, query),
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
    rotateKey: async (rotation) => rotateKey(session, rotation),
    revokeKey: (revocation) => revokeKey(session, revocation),
    touchLastUsed: (touches) => touchLastUsed(session, touches),
  };
}

function makeFinder(session: Session): KeyStore["findBySha256"] {
  const wanted = "the hash that is asked for";
  // Verification asks this for every request of a customer's API, so the query is built once.
  const query = selectKeys(session.db)
    .innerJoin("secrets as s", "s.key_id", "k.id")
    .select("s.generation as found_generation")
    .where("s.sha256", "=", wanted)
    .compile();
  return async (sha256) => {
    const nowMs = await session.readNow();
    const parameters = query.parameters.map((value) => (value === wanted ? sha256 : value));
    const asked: typeof query = { ...query, parameters };
    const [row] = (await session.db.executeQuery(asked)).rows;
    if (row === undefined) return null;
    const key = keyFromRow(row, nowMs);
    if (row.found_generation === key.generation) return { key, secret: key.secret };
    const older = await session.db
      .selectFrom("secrets")
      .selectAll()
      .where("sha256", "=", sha256)
      .executeTakeFirstOrThrow();
    return { key, secret: secretFromRow(older, key) };
  };
}

async function touchLastUsed(session: Session, touches: readonly KeyTouch[]): Promise<void> {
  if (touches.length === 0) return;
  await session.mutate(async (transaction) => {
    for (const { keyId, lastUsedAtMs, lastDeniedAtMs } of touches) {
      await moveForward(transaction, keyId, "last_used_at_ms", lastUsedAtMs);
      await moveForward(transaction, keyId, "last_denied_at_ms", lastDeniedAtMs);
    }
  });
}

async function moveForward(
  session: Session,
  keyId: string,
  column: "last_used_at_ms" | "last_denied_at_ms",
  atMs: number | undefined,
): Promise<void> {
  if (atMs === undefined) return;
  await session.db
    .updateTable("keys")
    .set({ [column]: atMs })
    .where("id", "=", keyId)
    .where((row) => row.or([row(column, "is", null), row(column, "<", atMs)]))
    .execute();
}
