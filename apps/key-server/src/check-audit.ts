import { countOf } from "@keywarden/key-format";
import { existsSync } from "node:fs";
import { openKeyStorage } from "@keywarden/storage";
import { KeyServerError } from "./key-server-error.ts";
import type { StorageChoice } from "./options.ts";
import type { Process } from "./process.ts";
import { readProviders } from "./read-providers.ts";
import { storageOptions } from "./storage-options.ts";

/** Checks the audit, in a directory that of a server that is not running; true when nothing in it was changed. */
export async function checkAudit(options: StorageChoice, process: Process): Promise<boolean> {
  if (options.databaseUrl === null && !existsSync(options.data)) {
    throw new KeyServerError("SERVER_NO_DATA", `there is no data directory ${options.data}; check --data`);
  }
  const providers = await readProviders(options.providersFile, process.randomBytes);
  process.learnFormats(providers);
  const storage = await openKeyStorage(storageOptions(options, process, providers));
  try {
    const result = await storage.audit.verify();
    process.print(
      result.ok
        ? `audit intact: ${countOf(result.entries, "entry", "entries")}, the last one has the hash ${result.head.hash}\n`
        : `audit changed at entry ${result.firstBadSequence}: ${result.reason}\n`,
    );
    return result.ok;
  } finally {
    await storage.close();
  }
}
