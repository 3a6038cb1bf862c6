import { StorageError } from "../storage-error.ts";
import type { ExposureStorage, StorageOptions } from "../storages.ts";

/** Opens the storage in a data directory. */
export function openExposureStorage(options: StorageOptions): Promise<ExposureStorage> {
  return Promise.reject(
    new StorageError("STORAGE_UNSUPPORTED", `cannot open ${options.path}: the adapter is missing`),
  );
}
