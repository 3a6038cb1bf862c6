import { join } from "node:path";
import { countOf } from "@keywarden/key-format";
import { existsSync } from "node:fs";
import { openKeyStorage, type AuditAnchor } from "@keywarden/storage";
import { KeyServerError } from "./key-server-error.ts";
import type { StorageChoice } from "./options.ts";
import type { Process } from "./process.ts";
import { readProviders } from "./read-providers.ts";
import { storageOptions } from "./storage-options.ts";

/**
 * Checks the audit, in a directory that of a server that is not running; true when nothing in it was changed. Who can
 * write into the database can remove its last entries together with the record of them: only `since`, which is known
 * from elsewhere, shows that.
 */
export async function checkAudit(
  options: StorageChoice,
  since: AuditAnchor | undefined,
  process: Process,
): Promise<boolean> {
  if (options.databaseUrl === null) {
    if (!existsSync(options.data))
      throw new KeyServerError("SERVER_NO_DATA", `there is no data directory ${options.data}; check --data`);
    if (!existsSync(join(options.data, "keys.db")))
      throw new KeyServerError("SERVER_NO_DATA", `there is no database in ${options.data}; check --data`);
  }
  const providers = await readProviders(options.providersFile, process.randomBytes);
  process.learnFormats(providers);
  const storage = await openKeyStorage(storageOptions(options, process, providers));
  try {
    const result = await storage.audit.verify(since === undefined ? {} : { anchor: since });
    // A server's first act is an entry of its own.
    if (result.ok && result.entries === 0)
      throw new KeyServerError(
        "SERVER_NO_DATA",
        "the audit has no entry, so no server has served from this database; check --data or --database-url",
      );
    process.print(
      result.ok
        ? `audit intact: ${countOf(result.entries, "entry", "entries")}, the last one has the hash ${result.head.hash}\n${
            since === undefined ? unseen(result.entries, result.head.hash) : ""
          }`
        : `audit changed at entry ${result.firstBadSequence}: ${result.reason}\n`,
    );
    return result.ok;
  } finally {
    await storage.close();
  }
}

const unseen = (entries: number, hash: string): string =>
  `Whether entries at its end were removed together with their record, only one that was kept elsewhere tells: keep this one, and give it later as --since ${entries}:${hash}\n`;
