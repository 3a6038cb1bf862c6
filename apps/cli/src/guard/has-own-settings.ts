import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** Whether a folder or one above it has a keywarden.json: keys of the project's own providers look otherwise. */
export function hasOwnSettings(directory: string): boolean {
  for (let at = resolve(directory); ; at = dirname(at)) {
    if (existsSync(join(at, "keywarden.json"))) return true;
    if (dirname(at) === at) return false;
  }
}
