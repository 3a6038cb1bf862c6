import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Makes a folder and those above it that are missing, each with the mode given; one that is there already stays as it is.
 *
 * Node's own recursive `mkdir` never returns where a folder that exists calls every new entry missing, as `/proc` does.
 *
 * @param mode cut by the umask; 0777 unless given
 * @throws Error of the file system, with its `code`: EEXIST where something else than a folder has the name, ENOENT where
 *   no entry can be made, EACCES, ENOSPC …
 */
export function makeFolder(path: string, { mode = 0o777 }: { readonly mode?: number } = {}): void {
  makeAll(resolve(path), mode);
}

function makeAll(path: string, mode: number): void {
  const missing = attempt(path, mode);
  if (missing === null) return;
  const above = dirname(path);
  if (above === path) throw missing;
  makeAll(above, mode);
  // Once, whatever the folder above says now.
  const still = attempt(path, mode);
  if (still !== null) throw still;
}

/** Gives the error where what is above seems to be missing, null where the folder is there. */
function attempt(path: string, mode: number): Error | null {
  try {
    mkdirSync(path, { mode });
    return null;
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    if (error.code === "ENOENT") return error;
    if (!isFolder(path)) throw error;
    return null;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
