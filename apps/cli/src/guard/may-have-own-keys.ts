import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/**
 * Whether keys of the project's own providers may look otherwise: a folder or one above it has a keywarden.json, or the
 * environment puts the project elsewhere, so that only git can say where its top is.
 */
export function mayHaveOwnKeys(
  directory: string,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (env["GIT_DIR"] !== undefined || env["GIT_WORK_TREE"] !== undefined) return true;
  for (let at = resolve(directory); ; at = dirname(at)) {
    if (existsSync(join(at, "keywarden.json"))) return true;
    if (dirname(at) === at) return false;
  }
}
