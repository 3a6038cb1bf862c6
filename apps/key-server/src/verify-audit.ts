import { existsSync } from "node:fs";
import { openKeyStorage } from "@keywarden/storage";
import { KeyServerError } from "./key-server-error.ts";
import type { Process } from "./process.ts";
import { readProviders } from "./read-providers.ts";

/** Checks the audit of a server that is not running; true when nothing in it was changed. */
export async function verifyAudit(
  options: { readonly data: string; readonly providersFile: string | null },
  process: Process,
): Promise<boolean> {
  if (!existsSync(options.data)) {
    throw new KeyServerError("SERVER_NO_DATA", `there is no data directory ${options.data}; check --data`);
  }
  const providers = await readProviders(options.providersFile, process.randomBytes);
  const storage = await openKeyStorage({ path: options.data, clock: process.clock, providers });
  try {
    const result = await storage.audit.verify();
    process.stdout.write(
      result.ok
        ? `audit intact: ${result.entries} entries, the last one has the hash ${result.head.hash}\n`
        : `audit changed at entry ${result.firstBadSequence}: ${result.reason}\n`,
    );
    return result.ok;
  } finally {
    await storage.close();
  }
}
