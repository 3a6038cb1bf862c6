import { sql } from "kysely";
import { type RateStore, rateSlotMs, rateSlots } from "../rates/rate-store.ts";
import type { Session } from "../sql/session.ts";

interface Row {
  readonly granted: number;
  readonly slots: readonly number[];
  readonly at_slot: number | string;
}

/** Counts in one row for each window of a key. Its lock makes takers wait for each other, so a statement is enough. */
export function makeSharedRateStore(session: Pick<Session, "db" | "now">, schema: string): RateStore {
  const { db } = session;
  const table = sql.id(schema, "rate_windows");
  return {
    async take({ id, windowMs, limit, wanted }) {
      const slotMs = rateSlotMs(windowMs);
      const slot = Math.floor(session.now() / slotMs);
      const first = Math.min(limit, wanted);
      const { rows } = await sql<Row>`
        insert into ${table} as r (id, window_ms, at_slot, slots, granted)
        values (${id}, ${windowMs}, ${slot},
          array_fill(0, array[${rateSlots}::int - 1]) || ${first}::int, ${first}::int)
        on conflict (id, window_ms) do update set (at_slot, slots, granted) = (
          select greatest(r.at_slot, ${slot}::bigint),
                 moved.a[1:${rateSlots}::int - 1] || (moved.a[${rateSlots}::int] + grants.g), grants.g
          from (select r.slots[1 + passed.n : ${rateSlots}::int] || array_fill(0, array[passed.n]) as a
                from (select least(greatest(${slot}::bigint - r.at_slot, 0), ${rateSlots}::int)::int as n) as passed
               ) as moved,
          lateral (select greatest(0, least(${wanted}::int,
                     ${limit}::int - (select sum(x) from unnest(moved.a) as x)))::int as g) as grants)
        returning granted, slots, at_slot`.execute(db);
      const [row] = rows;
      if (row === undefined) return { granted: 0, slots: [], slotStartMs: slot * slotMs };
      return { granted: row.granted, slots: row.slots, slotStartMs: Number(row.at_slot) * slotMs };
    },
    async giveBack({ id, windowMs, slotStartMs, unused }) {
      const slot = Math.round(slotStartMs / rateSlotMs(windowMs));
      await sql`
        update ${table} set slots[${rateSlots}::int] = greatest(0, slots[${rateSlots}::int] - ${unused}::int)
        where id = ${id} and window_ms = ${windowMs} and at_slot = ${slot}`.execute(db);
    },
    async prune() {
      const { numAffectedRows = 0n } = await sql`
        delete from ${table}
        where (at_slot + ${rateSlots}::int) * (window_ms / ${rateSlots - 1}::numeric) < ${session.now()}`.execute(
        db,
      );
      return Number(numAffectedRows);
    },
  };
}
