import { StorageError, type StorageErrorCode } from "../storage-error.ts";

// Primary result codes of SQLite, and the extended ones that mean something of their own (sqlite.org/rescode.html).
const primary: Readonly<Record<number, readonly [StorageErrorCode, string]>> = {
  5: ["STORAGE_BUSY", "another process is using the database"],
  6: ["STORAGE_BUSY", "a table is locked"],
  8: ["STORAGE_UNWRITABLE", "the database cannot be written; check the permissions of the directory"],
  10: ["STORAGE_FAILED", "the disk reported an error"],
  11: ["STORAGE_CORRUPT", "the database is damaged; restore it from a backup"],
  13: ["STORAGE_FULL", "the disk is full; free some space and try again"],
  14: ["STORAGE_UNWRITABLE", "the database file cannot be opened; check the permissions of the directory"],
  19: ["STORAGE_BAD_VALUE", "a value breaks a rule of the schema"],
  26: ["STORAGE_CORRUPT", "the file is not a database; restore it from a backup"],
};
const extended: Readonly<Record<number, readonly [StorageErrorCode, string]>> = {
  1555: ["STORAGE_DUPLICATE", "the id is taken"],
  2067: ["STORAGE_DUPLICATE", "the value is taken"],
  1811: ["STORAGE_APPEND_ONLY", "audit entries cannot be changed or removed"],
};

/** Turns what node:sqlite throws into a StorageError; anything else comes back as it is. */
export function translateError(error: unknown, doing: string): unknown {
  if (!(error instanceof Error)) return error;
  if ("code" in error && error.code === "ERR_INVALID_STATE")
    return new StorageError("STORAGE_CLOSED", `cannot ${doing}: the storage is closed`, { cause: error });
  if (!("errcode" in error) || typeof error.errcode !== "number") return error;
  // A trigger cannot raise another code than 1811, so its own words tell this one apart.
  if (error.message === "hash of a purged key")
    return new StorageError("STORAGE_DUPLICATE", `cannot ${doing}: the value is taken`, { cause: error });
  const [code, sentence] = extended[error.errcode] ??
    primary[error.errcode & 0xff] ?? ["STORAGE_FAILED", error.message];
  // SQLite's own text names tables and columns, never values.
  return new StorageError(code, `cannot ${doing}: ${sentence} (${error.message})`, { cause: error });
}
