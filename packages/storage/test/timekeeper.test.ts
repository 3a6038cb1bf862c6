import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import { makeClock } from "@keywarden/testing";
import { StorageError, type StorageErrorCode } from "@keywarden/storage";
import { expect, it } from "vitest";
import type { Tables } from "../src/sql/tables.ts";
import { makeHighWaterClock } from "../src/time/high-water-clock.ts";
import { makeTimekeeper } from "../src/time/timekeeper.ts";

/** Keeps time in a database of which every statement fails. */
function keepTime(code: StorageErrorCode) {
  let tries = 0;
  class FailingDriver extends DummyDriver {
    override async acquireConnection() {
      return {
        ...(await super.acquireConnection()),
        executeQuery: () => {
          tries += 1;
          return Promise.reject(new StorageError(code, "no"));
        },
      };
    }
  }
  const db = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new FailingDriver(),
      createIntrospector: (inner) => new SqliteIntrospector(inner),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
  const clock = makeClock(10_000);
  const time = makeTimekeeper({
    db,
    clock: makeHighWaterClock({ clock, startMs: 0, whenSetBack: "hold" }),
    storedMs: 0,
  });
  return { clock, time, tries: () => tries };
}

it.each([
  ["on a full disk", "STORAGE_FULL"],
  ["while another program holds the database locked", "STORAGE_BUSY"],
  ["on a disk that became read-only", "STORAGE_UNWRITABLE"],
] as const)("is read %s, and tried to be written down every second", async (_where, code) => {
  const { time, clock, tries } = keepTime(code);
  expect([await time.readNow(), await time.readNow(), tries()]).toEqual([10_000, 10_000, 1]);
  clock.advance(1000);
  expect([await time.readNow(), tries()]).toEqual([11_000, 2]);
});

it("is not read where the database is away", async () => {
  await expect(keepTime("STORAGE_UNREACHABLE").time.readNow()).rejects.toThrow("no");
});
