import { backupKeys, restoreKeys } from "@keywarden/storage";
import type { BackupOptions } from "./options.ts";
import type { Process } from "./process.ts";
import { readProviders } from "./read-providers.ts";
import { storageOptions } from "./storage-options.ts";

/** Writes all keys' records into a file, also while servers run, or makes a new storage from such a file. */
export async function backup(options: BackupOptions, process: Process): Promise<void> {
  const providers = await readProviders(options.providersFile, process.randomBytes);
  const storage = storageOptions(options, process, providers);
  const isBackup = options.command === "backup";
  const { keys, audit } = await (isBackup ? backupKeys : restoreKeys)(storage, options.file);
  process.stdout.write(
    `${isBackup ? "backed up" : "restored"} ${keys} ${keys === 1 ? "key" : "keys"} and ${isBackup ? "an" : "an intact"} audit of ${audit.sequence} entries, the last one has the hash ${audit.hash}\n`,
  );
}
