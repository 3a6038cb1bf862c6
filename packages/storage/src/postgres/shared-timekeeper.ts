import { type Kysely, sql } from "kysely";
import type { HighWaterClock } from "../time/high-water-clock.ts";
import type { Tables } from "../sql/tables.ts";
import type { SchemaWatch } from "./schema-watch.ts";
import { StorageError } from "../storage-error.ts";
import { passOverUnwritten, type Timekeeper, writeEveryMs } from "../time/timekeeper.ts";

const SHORT_WAIT_MS = 100;

/**
 * Keeps time for a database that several processes share: each learns within a second of the time that another has
 * seen, so the furthest clock leads them all.
 *
 * `oneWriter` makes transactions take turns: the mark's row is locked from their beginning, so their moments have the
 * order of their commits. Otherwise they run side by side and their moments may differ by that second.
 */
export function makeSharedTimekeeper(options: {
  readonly db: Kysely<Tables>;
  readonly clock: HighWaterClock;
  readonly storedMs: number;
  readonly watch: SchemaWatch;
  readonly oneWriter: boolean;
  /** Any steady number of milliseconds: the machine's time of day can stand still or jump. */
  readonly elapsedMs: () => number;
}): Timekeeper & { /** Writes down the time that was seen. */ store(): Promise<void> } {
  const { db, clock, watch, oneWriter, elapsedMs } = options;
  let { storedMs } = options;
  let refreshedAtMs = elapsedMs();

  /** Whether the last transaction gave up waiting for its turn. */
  let isKnownLocked = false;

  /** Has whoever comes after one that waited in vain wait for a moment only, so that a queue of them is answered at once. */
  const takeTurn = async (transaction: Kysely<Tables>) => {
    if (isKnownLocked) await sql`set local lock_timeout = ${sql.lit(SHORT_WAIT_MS)}`.execute(transaction);
    try {
      const taken = await transaction
        .updateTable("high_water")
        .set({ at_ms: sql`greatest(at_ms, ${clock.now()})` })
        .where("id", "=", 1)
        .returning(["at_ms", watch.version.as("version")])
        .executeTakeFirstOrThrow();
      if (isKnownLocked) await sql`set local lock_timeout to default`.execute(transaction);
      isKnownLocked = false;
      return taken;
    } catch (error) {
      isKnownLocked = error instanceof StorageError && error.code === "STORAGE_BUSY";
      throw error;
    }
  };

  const refresh = async (connection: Kysely<Tables>): Promise<void> => {
    if (clock.now() - storedMs < writeEveryMs && elapsedMs() - refreshedAtMs < writeEveryMs) return;
    refreshedAtMs = elapsedMs();
    storedMs = Math.max(storedMs, clock.now());
    const { at_ms: markMs, version } = await connection
      .selectFrom("high_water")
      .select(["at_ms", watch.version.as("version")])
      .where("id", "=", 1)
      .executeTakeFirstOrThrow();
    watch.check(version);
    clock.raise(markMs);
    const nowMs = clock.now();
    if (nowMs - markMs >= writeEveryMs) {
      const stored = storeUnlessLocked(connection, nowMs);
      // A transaction is undone by what fails in it; what is only read is there all the same.
      await (connection === db ? stored.catch(passOverUnwritten) : stored);
    }
    storedMs = Math.max(storedMs, nowMs);
  };

  return {
    store: () => storeUnlessLocked(db, clock.now()),
    now: () => clock.now(),
    async readNow() {
      await refresh(db);
      return clock.now();
    },
    async begin(transaction) {
      if (!oneWriter) {
        // On the transaction's own connection: waiting for a second one could exhaust the pool.
        await refresh(transaction);
        return clock.now();
      }
      const { at_ms, version } = await takeTurn(transaction);
      watch.check(version);
      // Waiting for the turn may have taken a while, but the moment that is written down is the transaction's.
      clock.raise(at_ms);
      return at_ms;
    },
  };
}

// Whoever holds the lock writes a moment of its own down, and a read must not wait for that.
async function storeUnlessLocked(db: Kysely<Tables>, nowMs: number): Promise<void> {
  await db
    .updateTable("high_water")
    .set({ at_ms: nowMs })
    .where("id", "=", (row) =>
      row
        .selectFrom("high_water")
        .select("id")
        .where("id", "=", 1)
        .where("at_ms", "<", nowMs)
        .forUpdate()
        .skipLocked(),
    )
    .execute();
}
