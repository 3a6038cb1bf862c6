import type { SQLInputValue, StatementSync } from "node:sqlite";
import type { CompiledQuery } from "kysely";
import { loadSqlite } from "./load-sqlite.ts";
import { makeRowMaker } from "./row-maker.ts";
import { translateError } from "./translate-error.ts";

/** Answers single questions from what is committed, also while a transaction is under way. */
export interface Reader {
  /** Gives the first row. @throws StorageError */
  readFirst<Row>(query: CompiledQuery<Row>): Row | undefined;
  readonly close: () => void;
}

interface AskedStatement {
  readonly statement: StatementSync;
  readonly makeRow: ReturnType<typeof makeRowMaker>;
}

// Rows that are looked up come from all over the file, so more pages would be met again no sooner.
// It waits with the whole process, and never for a writer.
const settings = `
PRAGMA busy_timeout = 100;
PRAGMA trusted_schema = OFF;
PRAGMA cache_size = -2000;
`;

/**
 * Opens a database file once more, to read only. SQLite then answers at once, in a snapshot of its own, where a
 * question to the one connection that writes has to wait for its turn.
 */
export function openReader(file: string): Reader {
  const doing = "read the database";
  const database = attempt(doing, () => new (loadSqlite().DatabaseSync)(file, { readOnly: true }));
  const statements = new Map<string, AskedStatement>();
  try {
    database.exec(settings);
  } catch (error) {
    database.close();
    throw translateError(error, doing);
  }
  const statementFor = (sql: string): AskedStatement => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    const made = { statement, makeRow: makeRowMaker(statement) };
    statements.set(sql, made);
    return made;
  };
  return {
    readFirst: <Row>({ sql, parameters }: CompiledQuery<Row>) =>
      attempt(doing, () => {
        const { statement, makeRow } = statementFor(sql);
        const values = statement.get(...(parameters as readonly SQLInputValue[]));
        return values === undefined ? undefined : (makeRow(values) as Row);
      }),
    close: () => {
      if (database.isOpen) database.close();
    },
  };
}

function attempt<T>(doing: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw translateError(error, doing);
  }
}
