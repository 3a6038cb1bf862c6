export type StorageErrorCode =
  /** This Node has no SQLite, or the PostgreSQL is too old. */
  | "STORAGE_UNSUPPORTED"
  /** The database or its folder cannot be opened or written: rights, a wrong password, a replica. */
  | "STORAGE_UNWRITABLE"
  /** Another Keywarden process has the folder open. */
  | "STORAGE_LOCKED"
  /** Others on this machine may read or change what is in the folder. */
  | "STORAGE_EXPOSED"
  /** What is there is damaged, or no database of ours. */
  | "STORAGE_CORRUPT"
  /** A newer Keywarden wrote it. */
  | "STORAGE_NEWER_SCHEMA"
  /** The disk is full, or the database server is out of resources. */
  | "STORAGE_FULL"
  /** Somebody else was faster or holds a lock; trying again may help. */
  | "STORAGE_BUSY"
  /** The connection broke: what was under way may or may not have been stored. */
  | "STORAGE_UNREACHABLE"
  /** A backup or a restore would overwrite what is there. */
  | "STORAGE_NOT_EMPTY"
  /** The storage was closed before it was asked. */
  | "STORAGE_CLOSED"
  /** An id or a value that has to be unique is taken. */
  | "STORAGE_DUPLICATE"
  /** Audit entries and hashes cannot be changed or removed. */
  | "STORAGE_APPEND_ONLY"
  /** A value holds what looks like a whole key, which is never stored. */
  | "STORAGE_PLAINTEXT_KEY"
  /** A caller passed what the storage does not take. */
  | "STORAGE_BAD_VALUE"
  /** Anything else; the message has the database's own words. */
  | "STORAGE_FAILED";

/** Says that the storage could not do its job; `code` says why, and the message names the remedy. */
export class StorageError extends Error {
  override readonly name = "StorageError";
  readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Whether storage refused a record because another one has its id or a value that is to be unique. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof StorageError && error.code === "STORAGE_DUPLICATE";
}
