import { statSync } from "node:fs";
import { StorageError } from "../storage-error.ts";

/**
 * Makes a check that a file which is open is still the one at its path. What is written into one that was removed or
 * replaced is gone with the process, and SQLite does not say so.
 *
 * @returns what throws StorageError STORAGE_UNREACHABLE where it is not
 */
export function watchFile(file: string): () => void {
  const { ino } = statSync(file, { bigint: true });
  return () => {
    if (statSync(file, { bigint: true, throwIfNoEntry: false })?.ino === ino) return;
    throw new StorageError(
      "STORAGE_UNREACHABLE",
      `cannot store anything: ${file} was removed, moved or replaced while it was in use; put it back and start again`,
    );
  };
}
