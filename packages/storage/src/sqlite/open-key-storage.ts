import { StorageError } from "../storage-error.ts";
import type { KeyStorage, StorageOptions } from "../storages.ts";

/** Opens the storage in a data directory. */
export function openKeyStorage(options: StorageOptions): Promise<KeyStorage> {
  return Promise.reject(
    new StorageError("STORAGE_UNSUPPORTED", `cannot open ${options.path}: the adapter is missing`),
  );
}
