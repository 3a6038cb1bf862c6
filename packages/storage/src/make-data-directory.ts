import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/**
 * Makes the folder in which a program keeps its data, readable by its owner only, and keeps git from adding it.
 *
 * A folder that holds something already is left alone: it may be a project, which must not be hidden from git.
 */
export function makeDataDirectory(path: string): void {
  makeFolder(resolve(path));
  if (readdirSync(path).length === 0) writeFileSync(join(path, ".gitignore"), "*\n", { mode: 0o600 });
}

// Node's own recursive mkdir never returns where a folder that exists calls new entries missing, as /proc does.
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  if (!existsSync(dirname(path))) makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}
