export type StorageErrorCode =
  | "STORAGE_UNSUPPORTED"
  | "STORAGE_UNWRITABLE"
  | "STORAGE_LOCKED"
  | "STORAGE_EXPOSED"
  | "STORAGE_CORRUPT"
  | "STORAGE_NEWER_SCHEMA"
  | "STORAGE_FULL"
  | "STORAGE_BUSY"
  | "STORAGE_UNREACHABLE"
  | "STORAGE_NOT_EMPTY"
  | "STORAGE_CLOSED"
  | "STORAGE_DUPLICATE"
  | "STORAGE_APPEND_ONLY"
  | "STORAGE_PLAINTEXT_KEY"
  | "STORAGE_BAD_VALUE"
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
