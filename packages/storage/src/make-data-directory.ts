import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "@keywarden/files";

/**
 * Makes the folder in which a program keeps its data, readable by its owner only, and keeps git from adding it.
 *
 * A folder that holds something already is left alone: it may be a project, which must not be hidden from git.
 */
export function makeDataDirectory(path: string): void {
  makeFolder(path, { mode: 0o700 });
  if (readdirSync(path).length === 0) writeFileSync(join(path, ".gitignore"), "*\n", { mode: 0o600 });
}
