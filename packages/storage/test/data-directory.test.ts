import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { makeClock, makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { openExposureStorage, openKeyStorage, StorageError } from "@keywarden/storage";
import { audit, keyNamed, makeSqlitePlace, secretNamed } from "./stores.ts";
import { startProgram } from "./start-program.ts";
import { keyMigrations } from "../src/sqlite/migrations/key-migrations.ts";
import { makeLockWait } from "../src/sqlite/wait-for-lock.ts";

const clock = makeClock();

async function refusal(path: string): Promise<StorageError> {
  const error: unknown = await openKeyStorage({ path, clock }).catch((reason: unknown) => reason);
  if (error instanceof StorageError) return error;
  throw new Error("the storage opened or failed without a code", { cause: error });
}

function temporaryPath(): string {
  const directory = makeTemporaryDirectory();
  onTestFinished(() => directory.remove());
  return directory.path;
}

describe("a data directory", () => {
  it("is never committed by accident: git ignores all of it", async () => {
    const path = join(temporaryPath(), "data");
    const storage = await openKeyStorage({ path, clock });
    expect(readFileSync(join(path, ".gitignore"), "utf8")).toBe("*\n");
    await storage.close();
  });

  it.skipIf(process.platform === "win32")(
    "takes no more changes once its database is gone or another",
    async () => {
      for (const put of [() => {}, (path: string) => writeFileSync(join(path, "keys.db"), "")]) {
        const path = join(temporaryPath(), "data");
        const storage = await openKeyStorage({ path, clock });
        await storage.keys.createKey(keyNamed("a"), audit);
        renameSync(join(path, "keys.db"), join(path, "moved.db"));
        put(path);
        const change = storage.keys.revokeKey({ id: "a", audit });
        await expect(change).rejects.toMatchObject({ code: "STORAGE_UNREACHABLE" });
        // Put back, it is as it was.
        renameSync(join(path, "moved.db"), join(path, "keys.db"));
        expect((await storage.keys.getKey("a"))?.state).toBe("active");
        await storage.keys.revokeKey({ id: "a", audit });
        await storage.close();
      }
    },
  );

  it.skipIf(process.platform === "win32")(
    "is made for its owner only, and so is every file in it",
    async () => {
      const path = join(temporaryPath(), "deep", "data");
      const storage = await openKeyStorage({ path, clock });
      await storage.keys.createKey(keyNamed("a"), audit);
      expect(statSync(path).mode & 0o777).toBe(0o700);
      const files = readdirSync(path);
      expect(files).toEqual(expect.arrayContaining(["keys.db", "keys.db-wal", "lock.db"]));
      for (const file of files)
        expect([file, statSync(join(path, file)).mode & 0o777]).toEqual([file, 0o600]);
      await storage.close();
    },
  );

  it("keeps git from adding it, unless it held something before", async () => {
    const top = temporaryPath();
    const ignoreOf = (path: string): readonly string[] =>
      readdirSync(path).filter((name) => name === ".gitignore");
    const [made, empty, project] = ["made", "empty", "project"].map((name) => join(top, name));
    mkdirSync(empty ?? "");
    mkdirSync(project ?? "");
    writeFileSync(join(project ?? "", "index.ts"), "");
    for (const path of [made, empty, project]) {
      await (await openKeyStorage({ path: path ?? "", clock })).close();
    }
    expect([made, empty, project].map((path) => ignoreOf(path ?? "").length)).toEqual([1, 1, 0]);
    expect(readFileSync(join(made ?? "", ".gitignore"), "utf8")).toBe("*\n");
  });

  it.runIf(process.platform === "linux")("is refused at once where the system makes no folders", async () => {
    expect((await refusal("/proc/keywarden/data")).code).toBe("STORAGE_UNWRITABLE");
  });

  it("is refused to a second process, and free as soon as the first is killed", async () => {
    const path = temporaryPath();
    const holder = startProgram("holder", path);
    await holder.said(1);
    expect(holder.lines).toEqual(["open"]);
    const second = startProgram("holder", path);
    await second.said(1);
    expect(second.lines).toEqual(["STORAGE_LOCKED"]);
    const error = await refusal(path);
    expect(error.code).toBe("STORAGE_LOCKED");
    expect(error.message).toContain(`cannot open ${path}: another Keywarden process is using it`);
    await holder.kill();
    await (await openKeyStorage({ path, clock })).close();
  });

  it("is refused to a second storage of the same process, of either kind, until the first is closed", async () => {
    const path = temporaryPath();
    const first = await openKeyStorage({ path, clock });
    expect((await refusal(path)).code).toBe("STORAGE_LOCKED");
    await expect(openExposureStorage({ path, clock })).rejects.toMatchObject({ code: "STORAGE_LOCKED" });
    await first.close();
    await first.close();
    await (await openExposureStorage({ path, clock })).close();
  });

  it("is refused when it is a file", async () => {
    const path = join(temporaryPath(), "file");
    writeFileSync(path, "");
    const error = await refusal(path);
    expect(error.code).toBe("STORAGE_UNWRITABLE");
    expect(error.message).toContain(path);
  });

  it("is refused when it cannot be made or its files cannot be opened", async () => {
    const path = temporaryPath();
    writeFileSync(join(path, "file"), "");
    expect((await refusal(join(path, "file", "below"))).code).toBe("STORAGE_UNWRITABLE");
    mkdirSync(join(path, "data", "keys.db"), { recursive: true });
    expect((await refusal(join(path, "data"))).code).toBe("STORAGE_UNWRITABLE");
    mkdirSync(join(path, "locked", "lock.db"), { recursive: true });
    expect((await refusal(join(path, "locked"))).code).toBe("STORAGE_UNWRITABLE");
  });

  it("frees the directory again after an opening that failed", async () => {
    const path = temporaryPath();
    writeFileSync(join(path, "keys.db"), "this is not a database, however long it goes on".repeat(100), {
      mode: 0o600,
    });
    expect((await refusal(path)).code).toBe("STORAGE_CORRUPT");
    expect((await refusal(path)).code).toBe("STORAGE_CORRUPT");
    await (await openExposureStorage({ path, clock })).close();
  });
});

describe("a database", () => {
  it("that is damaged says so, when it is opened or when the damage is met", async () => {
    const place = makeSqlitePlace();
    const storage = await place.openKeys();
    for (let index = 0; index < 200; index += 1)
      await storage.keys.createKey(keyNamed(`key-${index}`), audit);
    await storage.close();
    truncateSync(join(place.path, "keys.db"), 20_000);
    const use = async () => {
      const damaged = await place.openKeys();
      await damaged.keys.listKeys({ limit: 1000 });
      await damaged.audit.verify();
    };
    await expect(use()).rejects.toMatchObject({ name: "StorageError", code: "STORAGE_CORRUPT" });
  });

  it("that another program holds locked is read all the while, and changed once it is free", async () => {
    const place = makeSqlitePlace();
    const storage = await place.openKeys();
    await storage.keys.createKey(keyNamed("a"), audit);
    const other = new DatabaseSync(join(place.path, "keys.db"));
    other.exec("BEGIN IMMEDIATE");
    place.clock.advance(5000);
    expect((await storage.keys.getKey("a"))?.state).toBe("active");
    const change = storage.keys.revokeKey({ id: "a", audit });
    const { sha256 } = secretNamed("a#1");
    // By then the change has met the lock. Were the process itself waiting, it would be given up before this goes on.
    for (let turns = 0; turns < 20; turns += 1) await setImmediate();
    expect((await storage.keys.findBySha256(sha256))?.key.state).toBe("active");
    other.exec("ROLLBACK");
    other.close();
    expect(await change).toMatchObject({ ok: true });
  });

  it("that stays locked makes one wait, for a second, and everybody after that none", async () => {
    const busy = new StorageError("STORAGE_BUSY", "locked");
    const moments = [0, 400, 1000, 1000, 2000, 2400, 2400];
    const tries: string[] = [];
    const wait = makeLockWait(() => moments.shift() ?? Infinity);
    const begin = (outcomes: (StorageError | null)[]) => () => {
      const outcome = outcomes.shift() ?? null;
      tries.push(outcome === null ? "free" : "locked");
      return outcome === null ? Promise.resolve() : Promise.reject(outcome);
    };
    const locked = [busy, busy, busy];
    await expect(wait(begin(locked))).rejects.toBe(busy);
    expect([tries.splice(0), locked.length]).toEqual([["locked", "locked"], 1]);
    await expect(wait(begin([busy, null]))).rejects.toBe(busy);
    expect(tries.splice(0)).toEqual(["locked"]);
    await wait(begin([null]));
    await wait(begin([busy, null]));
    expect(tries).toEqual(["free", "locked", "free"]);
    await expect(wait(() => Promise.reject(new TypeError("our own")))).rejects.toThrow("our own");
  });

  it("that a newer Keywarden wrote is left alone", async () => {
    const place = makeSqlitePlace();
    await (await place.openKeys()).close();
    const database = new DatabaseSync(join(place.path, "keys.db"));
    const known = keyMigrations.length;
    database.exec(`INSERT INTO schema_migrations VALUES (${known + 1}, 'of the future', 0)`);
    database.close();
    const error = await refusal(place.path);
    expect(error.code).toBe("STORAGE_NEWER_SCHEMA");
    expect(error.message).toContain(`schema ${known + 1}, this one knows ${known}`);
    expect(error.message).toContain(join(place.path, "keys.db"));
  });

  it("is migrated once", async () => {
    const place = makeSqlitePlace();
    for (let times = 0; times < 3; times += 1) await (await place.openKeys()).close();
    const database = new DatabaseSync(join(place.path, "keys.db"));
    expect(database.prepare("SELECT version FROM schema_migrations").all()).toEqual(
      keyMigrations.map((_, index) => ({ version: index + 1 })),
    );
    database.close();
  });

  it("waits for the disk at every commit, in a journal that readers do not block", async () => {
    const place = makeSqlitePlace();
    await (await place.openKeys()).close();
    const database = new DatabaseSync(join(place.path, "keys.db"));
    expect(database.prepare("PRAGMA journal_mode").get()).toMatchObject({ journal_mode: "wal" });
    database.close();
  });

  it("never forgets the hash of a secret, not even by hand", async () => {
    const place = makeSqlitePlace();
    const storage = await place.openKeys();
    await storage.keys.createKey(keyNamed("a"), audit);
    await storage.close();
    const database = new DatabaseSync(join(place.path, "keys.db"));
    expect(() => database.exec("DELETE FROM secrets")).toThrow("kept for ever");
    expect(() => database.exec("UPDATE secrets SET sha256 = ''")).toThrow("cannot be changed");
    database.close();
  });

  it("refuses everything with a code once it is closed", async () => {
    const storage = await makeSqlitePlace().openExposures();
    await storage.close();
    const closed = { code: "STORAGE_CLOSED" };
    await expect(storage.jobs.counts()).rejects.toMatchObject(closed);
    await expect(storage.audit.append(audit)).rejects.toMatchObject(closed);
    await expect(storage.transaction(() => Promise.resolve())).rejects.toMatchObject(closed);
  });
});
