import type { Selectable } from "kysely";
import { canonicalJson } from "../json/canonical-json.ts";
import type { JsonObject } from "../json/json.ts";
import type { Session } from "../sql/session.ts";
import type { Tables } from "../sql/tables.ts";
import type { ConsoleSessionRecord, ConsoleSessionStore } from "./console-session-store.ts";

export function makeConsoleSessionStore(session: Session): ConsoleSessionStore {
  return {
    begin: ({ id, holder }, { beganFromMs, seenFromMs, most }) =>
      session.mutate(async (transaction) => {
        const { db, guard } = transaction;
        const nowMs = transaction.now();
        await db
          .deleteFrom("console_sessions")
          .where((old) => old.or([old("began_at_ms", "<", beganFromMs), old("seen_at_ms", "<", seenFromMs)]))
          .execute();
        const newest = await db
          .selectFrom("console_sessions")
          .select("id")
          .orderBy("began_at_ms", "desc")
          .orderBy("id")
          .execute();
        for (const { id: oldest } of newest.slice(most - 1))
          await db.deleteFrom("console_sessions").where("id", "=", oldest).execute();
        await db
          .insertInto("console_sessions")
          .values({
            id,
            holder: canonicalJson(guard.checkJson(holder, "who signs in")),
            began_at_ms: nowMs,
            seen_at_ms: nowMs,
            unlocked_until_ms: 0,
          })
          .execute();
      }),
    async find(id) {
      const row = await session.db
        .selectFrom("console_sessions")
        .selectAll()
        .where("id", "=", id)
        .executeTakeFirst();
      return row === undefined ? null : recordFromRow(row);
    },
    touch: (id, seenAtMs) =>
      session.mutate(async ({ db }) => {
        await db
          .updateTable("console_sessions")
          .set({ seen_at_ms: seenAtMs })
          .where("id", "=", id)
          .where("seen_at_ms", "<", seenAtMs)
          .execute();
      }, "soon"),
    unlock: (id, untilMs) =>
      session.mutate(async ({ db }) => {
        await db
          .updateTable("console_sessions")
          .set({ unlocked_until_ms: untilMs })
          .where("id", "=", id)
          .execute();
      }),
    end: (id) =>
      session.mutate(async ({ db }) => {
        const { numDeletedRows } = await db
          .deleteFrom("console_sessions")
          .where("id", "=", id)
          .executeTakeFirst();
        return numDeletedRows > 0n;
      }),
    async list() {
      const rows = await session.db
        .selectFrom("console_sessions")
        .selectAll()
        .orderBy("began_at_ms", "desc")
        .orderBy("id")
        .execute();
      return rows.map(recordFromRow);
    },
  };
}

function recordFromRow(row: Selectable<Tables["console_sessions"]>): ConsoleSessionRecord {
  return {
    id: row.id,
    holder: JSON.parse(row.holder) as JsonObject,
    beganAtMs: row.began_at_ms,
    seenAtMs: row.seen_at_ms,
    unlockedUntilMs: row.unlocked_until_ms,
  };
}
