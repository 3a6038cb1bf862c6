import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { Kysely } from "kysely";
import type { Migration } from "../schema/migration.ts";
import type { Tables } from "../sql/tables.ts";
import { StorageError } from "../storage-error.ts";
import { openDataDirectory } from "./data-directory.ts";
import { watchFile } from "./watch-file.ts";
import { loadSqlite } from "./load-sqlite.ts";
import { migrate } from "./migrations/migrate.ts";
import { openReader, type Reader } from "./open-reader.ts";
import { NodeSqliteDialect } from "./sqlite-dialect.ts";
import { translateError } from "./translate-error.ts";

export interface OpenedDatabase {
  readonly db: Kysely<Tables>;
  /** Reads what is committed without waiting for its turn; `null` for a database in memory, which has one connection. */
  readonly reader: Pick<Reader, "readFirst"> | null;
  /** Waits for the transaction under way, then closes the file and frees the directory. */
  readonly close: () => Promise<void>;
}

// FULL makes every commit wait for the disk, so what was acknowledged survives a power cut.
// While it is opened nobody is served yet, so SQLite may wait for a lock itself.
const settings = `
PRAGMA busy_timeout = 5000;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA trusted_schema = OFF;
PRAGMA cache_size = -2000;
`;

/** Opens a database file in a data directory that it takes for itself, or one in memory, and brings its schema forward. */
export function openDatabase(options: {
  readonly path: string;
  readonly fileName: string;
  readonly migrations: readonly Migration[];
  readonly nowMs: number;
}): OpenedDatabase {
  const { path, fileName } = options;
  const directory = path === ":memory:" ? null : openDataDirectory(path);
  let reader: Reader | null = null;
  try {
    const file = directory === null ? ":memory:" : directory.claimFile(fileName);
    const database = prepareFile(file, options.migrations, options.nowMs);
    const db = new Kysely<Tables>({
      dialect: new NodeSqliteDialect(database, directory === null ? () => {} : watchFile(file)),
    });
    reader = directory === null ? null : openReader(file);
    return {
      db,
      reader,
      async close() {
        await db.connection().execute(() => {
          // The last connection writes the log back into the file, which one that only reads could not.
          reader?.close();
          if (database.isOpen) database.close();
          return Promise.resolve();
        });
        directory?.release();
      },
    };
  } catch (error) {
    reader?.close();
    directory?.release();
    throw described(error, join(path, fileName));
  }
}

function prepareFile(file: string, migrations: readonly Migration[], nowMs: number): DatabaseSync {
  const database = new (loadSqlite().DatabaseSync)(file);
  try {
    database.exec(settings);
    migrate(database, migrations, nowMs);
    // From now on it would wait with the whole process.
    database.exec("PRAGMA busy_timeout = 0");
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function described(error: unknown, file: string): unknown {
  if (error instanceof StorageError)
    return new StorageError(error.code, `${error.message} (${file})`, { cause: error });
  return translateError(error, `open ${file}`);
}
