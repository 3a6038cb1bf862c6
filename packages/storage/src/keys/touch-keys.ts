import { setImmediate } from "node:timers/promises";
import { type CompiledQuery, sql } from "kysely";
import type { KeyStore, KeyTouch } from "./key-store.ts";
import { inBatches } from "../sql/in-batches.ts";
import type { Session } from "../sql/session.ts";

type Column = "last_used_at_ms" | "last_denied_at_ms";

// So many that a commit for them costs little, and so few that nobody notices waiting for them.
const keysPerTransaction = 256;

/** Each part of the batch is a transaction of its own, so that others get their turn in between. */
export function makeToucher(session: Session): KeyStore["touchLastUsed"] {
  const known = new Map<string, CompiledQuery>();

  const statementFor = (column: Column, size: number): CompiledQuery => {
    const id = `${column} ${size}`;
    const made = known.get(id) ?? compile(session, column, size);
    known.set(id, made);
    return made;
  };

  return async (touches) => {
    for (let start = 0; start < touches.length; start += keysPerTransaction) {
      if (start > 0) await setImmediate();
      const part = touches.slice(start, start + keysPerTransaction);
      await session.mutate(async ({ db }) => {
        for (const [column, member] of columns) {
          const rows = part.flatMap(({ keyId, [member]: atMs }) =>
            atMs === undefined ? [] : [[keyId, atMs] as const],
          );
          for (const batch of inBatches(rows))
            await db.executeQuery({ ...statementFor(column, batch.length), parameters: batch.flat() });
        }
      }, "soon");
    }
  };
}

const columns = [
  ["last_used_at_ms", "lastUsedAtMs"],
  ["last_denied_at_ms", "lastDeniedAtMs"],
] as const satisfies readonly (readonly [Column, keyof KeyTouch])[];

function compile({ db }: Session, column: Column, count: number): CompiledQuery {
  const row = sql`(cast(${""} as text), cast(${0} as bigint))`;
  const rows = sql.join(Array.from({ length: count }, () => row));
  // The latest of several moments of one key counts, in whichever order they come.
  const touched = sql<{ id: string; at_ms: number }>`(
    select column1 as id, max(column2) as at_ms from (values ${rows}) as given group by column1)`;
  return db
    .updateTable("keys as k")
    .from(touched.as("touched"))
    .set((to) => ({ [column]: to.ref("touched.at_ms") }))
    .whereRef("k.id", "=", "touched.id")
    .where((to) => to.or([to(`k.${column}`, "is", null), to(`k.${column}`, "<", to.ref("touched.at_ms"))]))
    .compile();
}
