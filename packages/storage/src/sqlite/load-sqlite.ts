import type * as Sqlite from "node:sqlite";
import { StorageError } from "../storage-error.ts";

/**
 * Loads Node's SQLite without the experimental warning that Node 22 prints for it.
 *
 * Every other warning passes: the filter is in place only while the module loads, which is synchronous, and
 * matches this one warning.
 *
 * @throws StorageError STORAGE_UNSUPPORTED where Node has no SQLite
 */
export function loadSqlite(): typeof Sqlite {
  const emitWarning = process.emitWarning.bind(process);
  const original = Object.getOwnPropertyDescriptor(process, "emitWarning");
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (String(warning).includes("SQLite is an experimental feature")) return;
    Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    const sqlite = process.getBuiltinModule?.("node:sqlite");
    if (sqlite !== undefined) return sqlite;
  } finally {
    if (original !== undefined) Object.defineProperty(process, "emitWarning", original);
  }
  throw new StorageError(
    "STORAGE_UNSUPPORTED",
    `cannot store anything: this is Node ${process.versions.node}, and SQLite comes with Node 22.18 and newer`,
  );
}
