import type { Session } from "../sql/session.ts";
import type { ControlStore } from "./control-store.ts";

export function makeControlStore(session: Session): ControlStore {
  return {
    async get(name) {
      const row = await session.db
        .selectFrom("controls")
        .selectAll()
        .where("name", "=", name)
        .executeTakeFirst();
      return row === undefined ? null : { value: row.value, setBy: row.set_by, setAtMs: row.set_at_ms };
    },
    set: (name, value, setBy) =>
      session.mutate(async (transaction) => {
        const { db, guard } = transaction;
        const facts = {
          value: guard.maskText(value),
          set_by: guard.maskText(setBy),
          set_at_ms: transaction.now(),
        };
        await db
          .insertInto("controls")
          .values({ name, ...facts })
          .onConflict((conflict) => conflict.column("name").doUpdateSet(facts))
          .execute();
      }),
    clear: (name) =>
      session.mutate(async ({ db }) => {
        const { numDeletedRows } = await db
          .deleteFrom("controls")
          .where("name", "=", name)
          .executeTakeFirst();
        return numDeletedRows === 1n;
      }),
  };
}
