import { StorageError } from "../storage-error.ts";

/** Says that a database cannot be opened by a program that is older than it. */
export function newerSchema(version: number, known: number): StorageError {
  return new StorageError(
    "STORAGE_NEWER_SCHEMA",
    `cannot open the database: a newer Keywarden wrote it (schema ${version}, this one knows ${known}); update Keywarden`,
  );
}
