import { closeSync, openSync, statSync } from "node:fs";
import { platform } from "node:os";
import { join } from "node:path";
import { describeSystemError } from "@keywarden/key-format/words";
import { quoteForShell } from "@keywarden/key-format";
import { makeDataDirectory } from "../make-data-directory.ts";
import { StorageError } from "../storage-error.ts";
import { loadSqlite } from "./load-sqlite.ts";

export interface DataDirectory {
  /** Makes the file where it is missing, readable by its owner only, and returns its path. */
  claimFile(name: string): string;
  /** Frees the directory; doing it again is harmless. */
  readonly release: () => void;
}

/**
 * Takes a data directory for this process alone. The lock is SQLite's own on `lock.db`: the operating system frees
 * it however the process ends, which a file with a process id in it cannot promise.
 *
 * @throws StorageError STORAGE_UNWRITABLE, or STORAGE_LOCKED when another process has the directory
 */
export function openDataDirectory(path: string): DataDirectory {
  const claimFile = (name: string) => {
    const file = join(path, name);
    // SQLite gives its -wal and -shm files the mode of the database, so making that one first settles all three.
    attempt(path, () => closeSync(openSync(file, "a", 0o600)));
    requirePrivate(file, 0o026, "0600");
    return file;
  };
  attempt(path, () => makeDataDirectory(path));
  // Whoever may put files into it may put another database there; that others may look into it shows them names only.
  requirePrivate(path, 0o002, "0700");
  const lock = new (loadSqlite().DatabaseSync)(claimFile("lock.db"), { timeout: 0 });
  try {
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    throw lockError(path, error);
  }
  const release = () => {
    if (lock.isOpen) lock.close();
  };
  return { claimFile, release };
}

/** @throws StorageError STORAGE_EXPOSED where others on the machine may read or change what is in there */
function requirePrivate(path: string, forbidden: number, mended: string): void {
  if (platform() === "win32") return;
  const { mode } = statSync(path);
  if ((mode & forbidden) === 0) return;
  const may = (mode & 0o022) === 0 ? "read" : "change";
  throw new StorageError(
    "STORAGE_EXPOSED",
    `others on this machine may ${may} ${path}; run: chmod ${mended} ${quoteForShell(path)}`,
  );
}

function lockError(path: string, error: unknown): StorageError {
  if (error instanceof Error && "errcode" in error && error.errcode === 5)
    return new StorageError(
      "STORAGE_LOCKED",
      `cannot open ${path}: another Keywarden process is using it; stop that one or choose another directory`,
      { cause: error },
    );
  return new StorageError("STORAGE_UNWRITABLE", `cannot lock ${join(path, "lock.db")}: ${whyNot(error)}`, {
    cause: error,
  });
}

/** SQLite's primary result codes: 13 is FULL, 8 is READONLY, 10 is an input or output error. */
function whyNot(error: unknown): string {
  const code = error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : undefined;
  if (code === 13) return "its disk is full; make room";
  if (code === 8) return "it is read-only; see who owns it and how its file system is mounted";
  if (code === 10) return "the disk reports an error; see that it has room and that its mount is well";
  return "check that it is a file of Keywarden's and can be written";
}

function attempt(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new StorageError(
      "STORAGE_UNWRITABLE",
      `cannot write to the data directory ${path}: ${describeSystemError(error)}; check that it is a directory and who owns it`,
      { cause: error },
    );
  }
}
