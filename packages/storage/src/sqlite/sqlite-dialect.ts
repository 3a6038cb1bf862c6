import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import {
  CompiledQuery,
  type DatabaseConnection,
  SqliteDialect,
  SqliteDriver,
  type SqliteDatabase,
  type SqliteStatement,
} from "kysely";
import { makeRowMaker } from "./row-maker.ts";
import { translateError } from "./translate-error.ts";
import { makeLockWait } from "./wait-for-lock.ts";

// Of all statements together: a prepared one takes several times the memory of its text, and those that write many rows
// at once are long and differ in their number.
const mostCachedCharacters = 200_000;

/**
 * Lets Kysely drive node:sqlite. Kysely hands its single connection to one caller at a time, for the length of a
 * transaction, so transactions never interleave.
 */
export class NodeSqliteDialect extends SqliteDialect {
  readonly #database: DatabaseSync;
  readonly #checkFile: () => void;

  /** `checkFile` throws where nothing may be written any more; it is asked before each transaction. */
  constructor(database: DatabaseSync, checkFile: () => void) {
    super({ database: adaptDatabase(database) });
    this.#database = database;
    this.#checkFile = checkFile;
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#database, this.#checkFile);
  }
}

class ImmediateDriver extends SqliteDriver {
  readonly #database: DatabaseSync;
  readonly #checkFile: () => void;
  readonly #waitForLock = makeLockWait();

  constructor(database: DatabaseSync, checkFile: () => void) {
    super({ database: adaptDatabase(database) });
    this.#database = database;
    this.#checkFile = checkFile;
  }

  // Taking the write lock at once means that what a transaction reads cannot change before it writes.
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    this.#checkFile();
    await this.#waitForLock(() => connection.executeQuery(CompiledQuery.raw("begin immediate")));
  }

  // SQLite has rolled back by itself after some errors (a full disk, for one); asking again would hide the cause.
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.isOpen && this.#database.isTransaction)
      await connection.executeQuery(CompiledQuery.raw("rollback"));
  }
}

function adaptDatabase(database: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  let cachedCharacters = 0;
  const forget = (sql: string): void => {
    if (statements.delete(sql)) cachedCharacters -= sql.length;
  };
  return {
    close: () => database.close(),
    prepare(sql) {
      const known = statements.get(sql);
      if (known !== undefined) {
        // The one that was not asked for longest comes first.
        statements.delete(sql);
        statements.set(sql, known);
        return known;
      }
      const made = adaptStatement(translated(() => database.prepare(sql)));
      statements.set(sql, made);
      cachedCharacters += sql.length;
      for (const oldest of statements.keys()) {
        if (cachedCharacters <= mostCachedCharacters) break;
        forget(oldest);
      }
      return made;
    },
  };
}

function adaptStatement(statement: StatementSync): SqliteStatement {
  const bind = (parameters: readonly unknown[]) => parameters as readonly SQLInputValue[];
  const makeRow = makeRowMaker(statement);
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => translated(() => statement.all(...bind(parameters)).map(makeRow)),
    run: (parameters) => translated(() => statement.run(...bind(parameters))),
    iterate: (parameters) => translated(() => statement.iterate(...bind(parameters)).map(makeRow)),
  };
}

function translated<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw translateError(error, "use the database");
  }
}
