import { existsSync, realpathSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";

/** Where a package lies that is looked for, all absolute. */
export interface PackageSearch {
  readonly topLevel: string;
  /** The folder that the command was started in. */
  readonly directory: string;
  /** The bundle that runs now, links resolved. */
  readonly program: string;
}

/**
 * Gives the folder `node_modules/keywarden` through which the running program is reached, links and all, or null where
 * there is none.
 *
 * The path behind the links holds a version with pnpm and with linked stores, and the next upgrade takes it away; the
 * path through them is the same for every version and on every machine.
 */
export function locatePackage({ topLevel, directory, program }: PackageSearch): string | null {
  const before = program.indexOf(`${sep}node_modules${sep}`);
  const homes = before === -1 ? [] : [program.slice(0, before)];
  for (let folder = resolve(directory), last = ""; folder !== last; last = folder, folder = dirname(folder)) {
    homes.push(folder);
    if (folder === topLevel) break;
  }
  homes.push(topLevel);
  const folders = homes.map((home) => join(home, "node_modules", "keywarden"));
  return folders.find((folder) => leadsTo(join(folder, "dist", "main.js"), program)) ?? null;
}

const leadsTo = (path: string, program: string): boolean =>
  existsSync(path) && realpathSync(path) === program;
