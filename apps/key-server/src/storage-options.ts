import type { ProviderProfile } from "@keywarden/key-format";
import type { StorageOptions } from "@keywarden/storage";
import type { StorageChoice } from "./options.ts";
import type { Process } from "./process.ts";

/** What the storage is opened with: the database that was named, else SQLite in the data directory. */
export function storageOptions(
  { data, databaseUrl }: StorageChoice,
  process: Process,
  providers: readonly ProviderProfile[],
): StorageOptions {
  return { path: data, databaseUrl, clock: process.clock, providers };
}
