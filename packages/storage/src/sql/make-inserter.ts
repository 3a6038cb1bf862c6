import type { CompiledQuery, Insertable, Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** How many rows one statement may insert: SQLite takes 32 766 parameters, PostgreSQL 65 535. */
export const rowsPerStatement = 500;

/**
 * Makes an inserter for batches of one table, whose rows name the same columns in the same order; it builds the
 * statement for a number of rows once.
 */
export function makeInserter<Table extends keyof Tables>(
  db: Kysely<Tables>,
  table: Table,
): (rows: readonly Insertable<Tables[Table]>[]) => Promise<void> {
  const known = new Map<number, CompiledQuery>();
  return async (rows) => {
    if (rows.length === 0) return;
    const made =
      known.get(rows.length) ??
      db
        .insertInto(table)
        .values([...rows])
        .compile();
    known.set(rows.length, made);
    await db.executeQuery({ ...made, parameters: rows.flatMap((row) => Object.values(row)) });
  };
}
