import type { Kysely } from "kysely";
import type { HighWaterClock } from "./high-water-clock.ts";
import { StorageError, type StorageErrorCode } from "../storage-error.ts";
import type { Tables } from "../sql/tables.ts";

/** Keeps the clock and the mark that is stored in the database together. */
export interface Timekeeper {
  now(): number;
  /** The time for a read; at most once a second it is written down. */
  readNow(): Promise<number>;
  /** Gives the moment of a transaction that begins, and writes it down in it. */
  begin(transaction: Kysely<Tables>): Promise<number>;
}

/** How far the time that is written down may be behind one that was only read. */
export const writeEveryMs = 1000;

/** With which nothing is stored, and what is there can still be read: it is tried again in a second. */
const stillReadable: ReadonlySet<StorageErrorCode> = new Set([
  "STORAGE_FULL",
  "STORAGE_BUSY",
  "STORAGE_UNWRITABLE",
]);

/** Keeps time for a database that one process has for itself. */
export function makeTimekeeper(options: {
  readonly db: Kysely<Tables>;
  readonly clock: HighWaterClock;
  readonly storedMs: number;
}): Timekeeper {
  const { db, clock } = options;
  let { storedMs } = options;
  return {
    now: () => clock.now(),
    async readNow() {
      const nowMs = clock.now();
      if (nowMs - storedMs >= writeEveryMs) {
        storedMs = nowMs;
        await storeHighWater(db, nowMs).catch(passOverUnwritten);
      }
      return nowMs;
    },
    async begin(transaction) {
      const nowMs = clock.now();
      await storeHighWater(transaction, nowMs);
      return nowMs;
    },
  };
}

/** Takes what says that nothing can be stored now. @throws whatever says more than that */
export function passOverUnwritten(error: unknown): void {
  if (!(error instanceof StorageError) || !stillReadable.has(error.code)) throw error;
}

/** Reads the highest moment that was ever written down. */
export async function readHighWater(db: Kysely<Tables>): Promise<number> {
  const mark = await db
    .selectFrom("high_water")
    .select("at_ms")
    .where("id", "=", 1)
    .executeTakeFirstOrThrow();
  return mark.at_ms;
}

/** Writes a moment down, unless a later one is. */
export async function storeHighWater(db: Kysely<Tables>, nowMs: number): Promise<void> {
  await db
    .updateTable("high_water")
    .set({ at_ms: nowMs })
    .where("id", "=", 1)
    .where("at_ms", "<", nowMs)
    .execute();
}
