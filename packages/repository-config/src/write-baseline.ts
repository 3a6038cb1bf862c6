import { describeWriteError } from "@keywarden/command-line";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FindingId } from "@keywarden/scan";
import { ConfigError } from "./config-error.ts";
import { baselineFolder, baselineKeyFile } from "./baseline.ts";

/**
 * Writes the folder of a baseline: its key, and for each id a file that holds the id in one line.
 *
 * The key is written first and what is stale is removed last, so that a run that is cut short leaves a baseline that
 * accepts nothing new.
 *
 * @throws ConfigError CONFIG_UNWRITABLE
 */
export function writeBaseline(
  top: string,
  { key, added, removed }: { key: string; added: readonly FindingId[]; removed: readonly FindingId[] },
): void {
  const folder = join(top, baselineFolder);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, baselineKeyFile), `${key}\n`);
    for (const id of added) writeFileSync(join(folder, id), `${id}\n`);
    for (const id of removed) rmSync(join(folder, id), { force: true });
  } catch (error) {
    const why = describeWriteError(error);
    throw new ConfigError("CONFIG_UNWRITABLE", `${baselineFolder} cannot be written: ${why}.`, {
      cause: error,
    });
  }
}
