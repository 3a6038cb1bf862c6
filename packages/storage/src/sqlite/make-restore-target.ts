import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { RestoreTarget } from "../backup/restore-target.ts";
import { StorageError } from "../storage-error.ts";
import { keyMigrations } from "./migrations/key-migrations.ts";
import { openDatabase } from "./open-database.ts";

/** Restores into a data directory that has no keys yet. The file gets its name when everything is in it and verified. */
export function makeSqliteRestoreTarget(path: string): RestoreTarget {
  const file = join(path, "keys.db");
  const draft = `${file}.unfinished`;
  const removeDraft = () => {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(`${draft}${suffix}`, { force: true });
  };
  const run = async (
    migrations: typeof keyMigrations,
    nowMs: number,
    step: Parameters<RestoreTarget["make"]>[1]["fill"],
  ) => {
    const { db, close } = openDatabase({ path, fileName: "keys.db.unfinished", migrations, nowMs });
    try {
      await db.transaction().execute(step);
    } finally {
      await close();
    }
  };
  return {
    location: path,
    locksRows: false,
    async make(schemaVersion, { fill, finish }, nowMs) {
      if (existsSync(file))
        throw new StorageError(
          "STORAGE_NOT_EMPTY",
          `cannot restore into ${path}: it has a keys.db; name a new directory, or move that file away first`,
        );
      try {
        removeDraft();
        await run(keyMigrations.slice(0, schemaVersion), nowMs, fill);
        await run(keyMigrations, nowMs, finish);
        // Closing wrote the log back into the file, so the file alone is everything.
        renameSync(draft, file);
      } catch (error) {
        removeDraft();
        throw error;
      }
    },
  };
}
