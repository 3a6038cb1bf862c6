import type { Session } from "../sql/session.ts";
import type { ReplacedKey, Replacement, ReplacementStore } from "./replacement-store.ts";
import type { ReplacementTable } from "./replacement-table.ts";

export function makeReplacementStore(session: Session): ReplacementStore {
  const find = async ({ db }: Pick<Session, "db">, { provider, keyId }: ReplacedKey) => {
    const row = await db
      .selectFrom("replacements")
      .selectAll()
      .where("provider", "=", provider)
      .where("key_id", "=", keyId)
      .executeTakeFirst();
    return row === undefined ? null : replacementFromRow(row);
  };
  return {
    begin: (key, { rotation, withinMs }) =>
      session.mutate(async (transaction) => {
        const nowMs = transaction.now();
        await transaction.db
          .insertInto("replacements")
          .values({
            provider: key.provider,
            key_id: key.keyId,
            rotation,
            state: "under-way",
            started_at_ms: nowMs,
            due_at_ms: nowMs + withinMs,
            changed_at_ms: nowMs,
          })
          .onConflict((conflict) => conflict.columns(["provider", "key_id"]).doNothing())
          .execute();
        const begun = await find(transaction, key);
        if (begun === null) throw new TypeError("what was inserted is there");
        return begun;
      }),
    get: (key) => find(session, key),
    change: ({ provider, keyId }, { state, why, successorId }) =>
      session.mutate(async (transaction) => {
        await transaction.db
          .updateTable("replacements")
          .set({
            changed_at_ms: transaction.now(),
            ...(state !== undefined && { state }),
            ...(why !== undefined && { why }),
            ...(successorId !== undefined && { successor_id: successorId }),
          })
          .where("provider", "=", provider)
          .where("key_id", "=", keyId)
          .execute();
      }),
    async listStuck() {
      const rows = await session.db
        .selectFrom("replacements")
        .selectAll()
        .where((is) =>
          is.or([
            is("state", "in", ["impossible", "overdue"]),
            is.and([is("state", "=", "under-way"), is("why", "is not", null)]),
          ]),
        )
        .orderBy("started_at_ms")
        .orderBy("key_id")
        .execute();
      return rows.map(replacementFromRow);
    },
    async counts() {
      const rows = await session.db
        .selectFrom("replacements")
        .select(["state", ({ fn }) => fn.countAll().as("count")])
        .groupBy("state")
        .execute();
      const counted = Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
      return { "under-way": 0, delivered: 0, impossible: 0, overdue: 0, finished: 0, ...counted };
    },
  };
}

function replacementFromRow(row: ReplacementTable): Replacement {
  return {
    provider: row.provider,
    keyId: row.key_id,
    rotation: row.rotation,
    state: row.state,
    why: row.why,
    successorId: row.successor_id,
    startedAtMs: row.started_at_ms,
    dueAtMs: row.due_at_ms,
    changedAtMs: row.changed_at_ms,
  };
}
