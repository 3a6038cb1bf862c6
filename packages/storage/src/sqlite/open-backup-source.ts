import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { BackupSource, Row } from "../backup/backup-source.ts";
import { newerSchema } from "../schema/newer-schema.ts";
import { StorageError } from "../storage-error.ts";
import { keyMigrations } from "./migrations/key-migrations.ts";
import { loadSqlite } from "./load-sqlite.ts";
import { translateError } from "./translate-error.ts";

const batchSize = 1000;

/** Reads a data directory's keys as they are at this moment, also while a server has the directory and goes on writing. */
export function openSqliteBackupSource(path: string): BackupSource {
  const file = join(path, "keys.db");
  if (!existsSync(file))
    throw new StorageError("STORAGE_UNWRITABLE", `there is nothing to back up: ${file} does not exist`);
  let database: DatabaseSync;
  try {
    database = new (loadSqlite().DatabaseSync)(file, { readOnly: true, timeout: 5000 });
    // A reader of a write-ahead log sees one state of the database for as long as its transaction lasts.
    database.exec("BEGIN");
    const row = database.prepare("SELECT max(version) AS version FROM schema_migrations").get();
    const schemaVersion = Number(row?.["version"]);
    if (schemaVersion > keyMigrations.length) throw newerSchema(schemaVersion, keyMigrations.length);
    return {
      schemaVersion,
      async *rows({ name, order }) {
        let batch: Row[] = [];
        for (const read of database.prepare(`SELECT * FROM ${name} ORDER BY ${order.join(", ")}`).iterate()) {
          batch.push(read);
          if (batch.length < batchSize) continue;
          yield batch;
          batch = [];
        }
        yield batch;
      },
      close: () => Promise.resolve(database.close()),
    };
  } catch (error) {
    throw translateError(error, `read ${file}`);
  }
}
