import { createHash } from "node:crypto";
import { StorageError } from "../storage-error.ts";

/**
 * A backup is text: one JSON value a line. The first line says what it is, then come the rows as `[table, columns…]`
 * after a line that names the columns, and the last line counts them and has the SHA-256 of all lines before it.
 */
export interface BackupHeader {
  readonly format: "keywarden-keys-backup";
  readonly formatVersion: 1;
  /** The version of the schema that the rows have. */
  readonly schemaVersion: number;
  readonly takenAtMs: number;
  readonly highWaterMs: number;
  readonly audit: { readonly sequence: number; readonly hash: string };
}

export interface BackupTrailer {
  readonly rows: number;
  readonly sha256: string;
}

/** Counts and hashes the lines as they are written or read. */
export function makeLineDigest() {
  const hash = createHash("sha256");
  return {
    add: (line: string) => void hash.update(`${line}\n`),
    digest: () => hash.digest("hex"),
  };
}

/** Reads the first line. @throws StorageError STORAGE_CORRUPT */
export function readHeader(line: string | undefined): BackupHeader {
  const header = parseLine(line ?? "");
  if (isHeader(header)) return header;
  throw damaged("its first line does not say that it is a backup of keywarden-server");
}

/** Reads any line. @throws StorageError STORAGE_CORRUPT */
export function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw damaged("a line of it is not JSON");
  }
}

export function damaged(why: string): StorageError {
  return new StorageError("STORAGE_CORRUPT", `cannot restore the backup: ${why}; nothing was changed`);
}

function isHeader(value: unknown): value is BackupHeader {
  if (typeof value !== "object" || value === null) return false;
  const { format, formatVersion, schemaVersion, audit } = value as Partial<BackupHeader>;
  if (format !== "keywarden-keys-backup") return false;
  if (formatVersion !== 1)
    throw new StorageError(
      "STORAGE_NEWER_SCHEMA",
      "cannot restore the backup: a newer Keywarden wrote it; update Keywarden",
    );
  return Number.isInteger(schemaVersion) && typeof audit === "object";
}
