import { type Kysely, sql } from "kysely";
import { alwaysCurrent } from "../sql/change-feed.ts";
import type { Sharing } from "../sql/session.ts";
import type { Tables } from "../sql/tables.ts";

/** How the connection is set up, and how for a single transaction: SQLite changes none of it inside of one. */
const settings = {
  soon: { during: ["synchronous = normal"], after: ["synchronous = full"] },
  // With little memory an import writes the pages of the index on hashes again and again.
  "in-bulk": { during: ["cache_size = -16000"], after: ["cache_size = -2000", "shrink_memory"] },
} as const;

/** A database that one process has for itself: its transactions come one after the other. */
export const unshared: Sharing = {
  locksRows: false,
  commitsTogether: true,
  transact: (db, durability, work) => {
    if (durability === "at-once") return db.transaction().execute(work);
    const { during, after } = settings[durability];
    // Nobody else has the connection until it is as it was.
    return db.connection().execute(async (connection) => {
      await change(connection, during);
      try {
        return await connection.transaction().execute(work);
      } finally {
        await change(connection, after);
      }
    });
  },
  inTurn: (work) => work(),
  announceWork: () => Promise.resolve(),
  announceAppended: () => Promise.resolve(),
  feed: alwaysCurrent,
  rates: () => null,
  isCollision: () => false,
};

async function change(connection: Kysely<Tables>, pragmas: readonly string[]): Promise<void> {
  for (const pragma of pragmas) await sql`pragma ${sql.raw(pragma)}`.execute(connection);
}
