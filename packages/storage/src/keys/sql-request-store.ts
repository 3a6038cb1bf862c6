import type { RequestStore } from "./request-store.ts";
import type { Session } from "../sql/session.ts";

export function makeRequestStore(session: Session): RequestStore {
  return {
    async find(id) {
      const nowMs = await session.readNow();
      const row = await session.db
        .selectFrom("requests")
        .selectAll()
        .where("id", "=", id)
        .where("expires_at_ms", ">", nowMs)
        .executeTakeFirst();
      if (row === undefined) return null;
      return {
        id: row.id,
        request: row.request,
        keyId: row.key_id,
        generation: row.generation,
        sealed: row.sealed,
        expiresAtMs: row.expires_at_ms,
      };
    },
    remember: (record) =>
      session.mutate(async (transaction) => {
        const { db, guard } = transaction;
        await db.deleteFrom("requests").where("expires_at_ms", "<=", transaction.now()).execute();
        await db
          .insertInto("requests")
          .values({
            id: record.id,
            request: record.request,
            key_id: record.keyId,
            generation: record.generation,
            sealed: record.sealed === null ? null : guard.checkText(record.sealed, "a sealed secret"),
            expires_at_ms: record.expiresAtMs,
          })
          .execute();
      }),
  };
}
