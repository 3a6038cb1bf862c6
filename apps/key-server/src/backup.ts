import { countOf } from "@keywarden/key-format";
import { backupKeys, restoreKeys } from "@keywarden/storage";
import type { StorageChoice } from "./options.ts";
import type { Process } from "./process.ts";
import { readProviders } from "./read-providers.ts";
import { storageOptions } from "./storage-options.ts";

/** Writes all keys' records into a file, also while servers run. */
export async function backup(file: string, choice: StorageChoice, process: Process): Promise<void> {
  const providers = await readProviders(choice.providersFile, process.randomBytes);
  process.learnFormats(providers);
  const { keys, audit } = await backupKeys(storageOptions(choice, process, providers), file);
  process.print(`backed up ${countOf(keys, "key")} and an ${describeAudit(audit)}`);
}

/** Makes a new storage from such a file. */
export async function restore(file: string, choice: StorageChoice, process: Process): Promise<void> {
  const providers = await readProviders(choice.providersFile, process.randomBytes);
  process.learnFormats(providers);
  const { keys, audit } = await restoreKeys(storageOptions(choice, process, providers), file);
  process.print(`restored ${countOf(keys, "key")} and an intact ${describeAudit(audit)}`);
}

const describeAudit = ({ sequence, hash }: { readonly sequence: number; readonly hash: string }): string =>
  `audit of ${countOf(sequence, "entry", "entries")}, the last one has the hash ${hash}\n`;
