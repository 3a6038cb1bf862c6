import { StorageError } from "../storage-error.ts";

/** Settles the size of a page: 100 unless asked otherwise, 1 to 1000. @throws StorageError STORAGE_BAD_VALUE */
export function limitOf(limit = 100): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1000) return limit;
  throw new StorageError("STORAGE_BAD_VALUE", `cannot list ${limit} rows at a time: a page has 1 to 1000`);
}
