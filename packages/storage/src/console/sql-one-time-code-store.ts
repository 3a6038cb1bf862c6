import { canonicalJson } from "../json/canonical-json.ts";
import type { JsonObject } from "../json/json.ts";
import type { Session } from "../sql/session.ts";
import type { OneTimeCodeStore } from "./one-time-code-store.ts";

export function makeOneTimeCodeStore(session: Session): OneTimeCodeStore {
  return {
    put: ({ id, payload, expiresAtMs }) =>
      session.mutate(async (transaction) => {
        const { db, guard } = transaction;
        await db.deleteFrom("one_time_codes").where("expires_at_ms", "<=", transaction.now()).execute();
        const { numInsertedOrUpdatedRows = 0n } = await db
          .insertInto("one_time_codes")
          .values({
            id,
            payload: canonicalJson(guard.checkJson(payload, "what a code stands for")),
            expires_at_ms: expiresAtMs,
          })
          .onConflict((conflict) => conflict.column("id").doNothing())
          .executeTakeFirst();
        return numInsertedOrUpdatedRows > 0n;
      }),
    take: (id) =>
      session.mutate(async (transaction) => {
        const row = await transaction.db
          .deleteFrom("one_time_codes")
          .where("id", "=", id)
          .returningAll()
          .executeTakeFirst();
        if (row === undefined || row.expires_at_ms <= transaction.now()) return null;
        return JSON.parse(row.payload) as JsonObject;
      }),
  };
}
