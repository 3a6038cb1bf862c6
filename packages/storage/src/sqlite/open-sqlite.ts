import { makeHighWaterClock } from "../time/high-water-clock.ts";
import type { OpenedSession } from "../sql/opened-session.ts";
import { makePlaintextGuard } from "../plaintext-guard.ts";
import type { SchemaDefinition } from "../schema/schema-definition.ts";
import { makeSession } from "../sql/session.ts";
import { makeTimekeeper, readHighWater, storeHighWater } from "../time/timekeeper.ts";
import type { StorageOptions } from "../storages.ts";
import { exposureMigrations } from "./migrations/exposure-migrations.ts";
import { keyMigrations } from "./migrations/key-migrations.ts";
import { openDatabase } from "./open-database.ts";
import { unshared } from "./unshared.ts";

/** Opens a database in a directory, which belongs to this process until it is closed, and continues its time. */
export async function openSqlite(
  options: StorageOptions,
  { name, whenSetBack }: SchemaDefinition,
): Promise<OpenedSession> {
  const { db, reader, close } = openDatabase({
    path: options.path,
    fileName: `${name}.db`,
    migrations: name === "keys" ? keyMigrations : exposureMigrations,
    nowMs: Math.floor(options.clock()),
  });
  try {
    const storedMs = await readHighWater(db);
    const clock = makeHighWaterClock({ clock: options.clock, startMs: storedMs, whenSetBack });
    // The moment of opening counts as seen, also when the clock is set back before anything is asked.
    clock.now();
    const guard = makePlaintextGuard(options.providers);
    const time = makeTimekeeper({ db, clock, storedMs });
    return {
      session: makeSession({ db, guard, time, sharing: unshared, reader }),
      clock,
      isExclusive: true,
      async close() {
        // Who opens it next continues from here, also when only reads have seen the last second.
        await storeHighWater(db, clock.now()).catch(() => {});
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
