import { makeHighWaterClock, type HighWaterClock } from "../high-water-clock.ts";
import { makePlaintextGuard } from "../plaintext-guard.ts";
import { makeSession, type Session } from "../sql/session.ts";
import type { StorageOptions } from "../storages.ts";
import type { Migration } from "./migrate.ts";
import { openDatabase } from "./open-database.ts";

export interface OpenedSession {
  readonly session: Session;
  readonly clock: HighWaterClock;
  readonly close: () => Promise<void>;
}

/** Opens a database and continues its time where it was left. */
export async function openSession(
  options: StorageOptions,
  kind: {
    readonly fileName: string;
    readonly migrations: readonly Migration[];
    readonly whenSetBack: "hold" | "tick";
  },
): Promise<OpenedSession> {
  const { db, close } = openDatabase({
    path: options.path,
    fileName: kind.fileName,
    migrations: kind.migrations,
    nowMs: Math.floor(options.clock()),
  });
  try {
    const mark = await db
      .selectFrom("high_water")
      .select("at_ms")
      .where("id", "=", 1)
      .executeTakeFirstOrThrow();
    const storedMs = mark.at_ms;
    const clock = makeHighWaterClock({
      clock: options.clock,
      startMs: storedMs,
      whenSetBack: kind.whenSetBack,
    });
    // The moment of opening counts as seen, also when the clock is set back before anything is asked.
    clock.now();
    const guard = makePlaintextGuard(options.providers);
    return { session: makeSession({ db, guard, clock, storedMs }), clock, close };
  } catch (error) {
    await close();
    throw error;
  }
}
