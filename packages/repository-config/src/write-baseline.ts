import { describeWriteError } from "@keywarden/command-line";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "@keywarden/files";
import type { BaselineEntry, FindingId } from "@keywarden/scan";
import { ConfigError } from "./config-error.ts";
import { baselineFileName, baselineFileText, baselineFolder, baselineKeyFile } from "./baseline.ts";

/** A finding that a baseline is to accept. */
export interface NewEntry extends Omit<BaselineEntry, "expiresAtMs"> {
  readonly id: FindingId;
  /** The first day, in UTC, on which it no longer holds, written as 2027-01-31. */
  readonly expires?: string;
}

/**
 * Writes the folder of a baseline: its key, and for each entry a file whose first line is the id.
 *
 * The key is written first and what is stale is removed last, so that a run that is cut short leaves a baseline that
 * accepts nothing new.
 *
 * @param removed names of files
 * @throws ConfigError CONFIG_UNWRITABLE
 */
export function writeBaseline(
  top: string,
  { key, added, removed }: { key: string; added: readonly NewEntry[]; removed: readonly string[] },
): void {
  const folder = join(top, baselineFolder);
  try {
    makeFolder(folder);
    replaceFile(folder, baselineKeyFile, `${key}\n`);
    for (const entry of added) {
      replaceFile(folder, baselineFileName(entry.id, entry.expires), baselineFileText(entry.id, entry));
    }
    for (const name of removed) rmSync(join(folder, name), { force: true });
  } catch (error) {
    const why = describeWriteError(error);
    throw new ConfigError("CONFIG_UNWRITABLE", `${baselineFolder} cannot be written: ${why}.`, {
      cause: error,
    });
  }
}

// Writing over a key would lose it where the disk is full, and with it every id. Readers pass over a name with a dot.
function replaceFile(folder: string, name: string, text: string): void {
  const draft = join(folder, `.${name}.draft`);
  try {
    writeFileSync(draft, text, { flush: name === baselineKeyFile });
    renameSync(draft, join(folder, name));
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
