import { type Kysely, sql } from "kysely";
import type { HighWaterClock } from "../high-water-clock.ts";
import type { PlaintextGuard } from "../plaintext-guard.ts";
import type { Tables } from "./tables.ts";

/** What every store works with: the database or a transaction of it, the time, and the guard. */
export interface Session {
  readonly db: Kysely<Tables>;
  readonly guard: PlaintextGuard;
  /** The time for a read; at most once a second it is written down, so that a restart cannot go behind it. */
  readNow(): Promise<number>;
  now(): number;
  /** Does all of the work or none of it; inside a transaction it becomes a part of that one. */
  mutate<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** Runs once the work is durable; not at all when it is undone. */
  afterCommit(run: () => void): void;
}

const writeEveryMs = 1000;

export function makeSession(options: {
  readonly db: Kysely<Tables>;
  readonly guard: PlaintextGuard;
  readonly clock: HighWaterClock;
  readonly storedMs: number;
}): Session {
  const { db, guard, clock } = options;
  let { storedMs } = options;
  return {
    db,
    guard,
    now: () => clock.now(),
    async readNow() {
      const nowMs = clock.now();
      if (nowMs - storedMs >= writeEveryMs) {
        storedMs = nowMs;
        await storeHighWater(db, nowMs);
      }
      return nowMs;
    },
    async mutate(work) {
      const afterwards: (() => void)[] = [];
      const nowMs = clock.now();
      const result = await db.transaction().execute(async (transaction) => {
        await storeHighWater(transaction, nowMs);
        return work(joinTransaction(transaction, { guard, clock, afterwards }));
      });
      storedMs = Math.max(storedMs, nowMs);
      for (const run of afterwards) run();
      return result;
    },
    afterCommit: (run) => run(),
  };
}

function joinTransaction(
  db: Kysely<Tables>,
  shared: {
    readonly guard: PlaintextGuard;
    readonly clock: HighWaterClock;
    readonly afterwards: (() => void)[];
  },
): Session {
  const session: Session = {
    db,
    guard: shared.guard,
    now: () => shared.clock.now(),
    readNow: () => Promise.resolve(shared.clock.now()),
    // A step that fails takes back its own writes only, so a caller that catches the error commits no half step.
    async mutate(work) {
      const before = shared.afterwards.length;
      await sql`savepoint step`.execute(db);
      try {
        const result = await work(session);
        await sql`release savepoint step`.execute(db);
        return result;
      } catch (error) {
        shared.afterwards.length = before;
        await sql`rollback to savepoint step`.execute(db);
        await sql`release savepoint step`.execute(db);
        throw error;
      }
    },
    afterCommit: (run) => void shared.afterwards.push(run),
  };
  return session;
}

async function storeHighWater(db: Kysely<Tables>, nowMs: number): Promise<void> {
  await db
    .updateTable("high_water")
    .set({ at_ms: nowMs })
    .where("id", "=", 1)
    .where("at_ms", "<", nowMs)
    .execute();
}
