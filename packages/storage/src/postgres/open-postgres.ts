import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Kysely, sql } from "kysely";
import { makeHighWaterClock } from "../time/high-water-clock.ts";
import type { OpenedSession } from "../sql/opened-session.ts";
import { makePlaintextGuard } from "../plaintext-guard.ts";
import type { SchemaDefinition } from "../schema/schema-definition.ts";
import { type ChangeFeed, neverCurrent, settledAfterMs } from "../sql/change-feed.ts";
import { makeSession, type Sharing } from "../sql/session.ts";
import type { Tables } from "../sql/tables.ts";
import { readHighWater } from "../time/timekeeper.ts";
import { announceWork, type WorkSignal } from "../jobs/work-signal.ts";
import type { StorageOptions } from "../storages.ts";
import { readConnectionSettings } from "./connection-settings.ts";
import { exposureMigrations } from "./migrations/exposure-migrations.ts";
import { keyMigrations } from "./migrations/key-migrations.ts";
import { listen } from "./listen.ts";
import { migrate } from "./migrations/migrate.ts";
import { openPool } from "./open-pool.ts";
import { makeSchemaWatch } from "./schema-watch.ts";
import { makeSharedRateStore } from "./shared-rate-store.ts";
import { makeSharedTimekeeper } from "./shared-timekeeper.ts";
import { isCollision } from "./translate-error.ts";

/**
 * Opens a schema of a PostgreSQL database, made where it is missing, which any number of processes share.
 *
 * @throws StorageError STORAGE_UNREACHABLE, STORAGE_UNWRITABLE, STORAGE_NEWER_SCHEMA, STORAGE_UNSUPPORTED, STORAGE_BAD_VALUE
 */
export async function openPostgres(
  options: StorageOptions & { readonly databaseUrl: string },
  definition: SchemaDefinition,
  signal?: WorkSignal,
): Promise<OpenedSession> {
  const settings = readConnectionSettings(options.databaseUrl);
  const schema = `${settings.schema}_${definition.name}`;
  const migrations = definition.name === "keys" ? keyMigrations : exposureMigrations;
  const watch = makeSchemaWatch(schema, migrations.length);
  const { dialect, close: closePool } = await openPool(settings, () => watch.check());
  const db = new Kysely<Tables>({ dialect }).withSchema(schema);
  try {
    await migrate(db, schema, migrations, Math.floor(options.clock()));
    const storedMs = await readHighWater(db);
    const clock = makeHighWaterClock({
      clock: options.clock,
      startMs: storedMs,
      whenSetBack: definition.whenSetBack,
    });
    clock.now();
    const guard = makePlaintextGuard(options.providers);
    const time = makeSharedTimekeeper({
      db,
      clock,
      storedMs,
      watch,
      // The audit is one chain, so changes of keys take turns anyway; jobs do not.
      oneWriter: definition.name === "keys",
      elapsedMs: () => performance.now(),
    });
    const sender = randomUUID();
    const appended = new Set<() => void>();
    const changeListeners = new Set<(keyId: string | null) => void>();
    const tell = (keyId: string | null): void => {
      for (const listener of changeListeners) listener(keyId);
    };
    const onPoll = (): void => {
      if (signal !== undefined) announceWork(signal);
      else for (const listener of appended) listener();
    };
    const listening = await listen({
      settings,
      channel: schema,
      sender,
      schema: { name: schema, check: (version) => watch.check(version) },
      onPoll,
      onAnnounced: (about) => {
        if (about !== "") tell(about === anything ? null : about);
        onPoll();
      },
      onLost: () => tell(null),
    });
    const announce = async (transaction: Kysely<Tables>, about?: string): Promise<void> => {
      const payload = about === undefined ? sender : `${sender} ${about}`;
      await sql`select pg_notify(${schema}, ${payload})`.execute(transaction);
    };
    const feed: ChangeFeed = {
      isCurrent: () => listening.isCurrent(),
      becomesCurrent: () => listening.becomesCurrent(),
      watch: (listener) => {
        changeListeners.add(listener);
        return () => changeListeners.delete(listener);
      },
      settled: () => sleep(settledAfterMs),
    };
    const sharing: Sharing = {
      locksRows: true,
      commitsTogether: false,
      transact: (database, durability, work) =>
        database.transaction().execute(async (transaction) => {
          if (durability === "soon") await sql`set local synchronous_commit = off`.execute(transaction);
          return work(transaction);
        }),
      // A writer that waits for its turn must not hold a connection that a read could use.
      inTurn: makeTurns(),
      isCollision,
      announceWork: announce,
      // The App's workers wait for jobs on the same channel, and its audit is read by nobody who waits.
      announceAppended:
        definition.name === "keys"
          ? (transaction, subject) => announce(transaction, subject ?? anything)
          : () => Promise.resolve(),
      rates: (own) => makeSharedRateStore(own, schema),
      feed: definition.name === "keys" ? feed : neverCurrent,
    };
    return {
      session: makeSession({ db, guard, time, sharing, appended }),
      clock,
      isExclusive: false,
      async close() {
        await listening.stop();
        // Who opens it next continues from here; a server that is gone does not keep the process.
        await time.store().catch(() => {});
        await closePool();
      },
    };
  } catch (error) {
    await closePool();
    throw error;
  }
}

// Where a change is of no single key. Ids of keys have no such character.
const anything = "*";

/** Runs pieces of work one after the other, in the order in which they were asked for. */
function makeTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work, work);
    // Whoever asked hears of a failure; the next one does not.
    last = turn.catch(() => undefined);
    return turn;
  };
}
