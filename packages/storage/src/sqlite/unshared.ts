import { sql } from "kysely";
import type { Sharing } from "../sql/session.ts";

/** A database that one process has for itself: its transactions come one after the other. */
export const unshared: Sharing = {
  locksRows: false,
  transact: (db, durability, work) =>
    durability === "at-once"
      ? db.transaction().execute(work)
      : db.connection().execute(async (connection) => {
          // Not to be changed inside a transaction, and nobody else has the connection until it is as it was.
          await sql`pragma synchronous = normal`.execute(connection);
          try {
            return await connection.transaction().execute(work);
          } finally {
            await sql`pragma synchronous = full`.execute(connection);
          }
        }),
  inTurn: (work) => work(),
  announceWork: () => Promise.resolve(),
  isCollision: () => false,
};
