import { randomUUID } from "node:crypto";
import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";

/**
 * Writes a file so that readers see the old content or all of the new one, never a part; keeps its mode, and follows a link
 * to the file behind it. A pipe or a device such as `/dev/stderr` is written to directly.
 *
 * @throws the error of node:fs; the old content is then still there.
 */
export function writeWhole(path: string, text: string | Uint8Array): void {
  const old = statSync(path, { throwIfNoEntry: false });
  if (old !== undefined && !old.isFile()) {
    writeFileSync(path, text);
    return;
  }
  const target = old === undefined ? path : realpathSync(path);
  const draft = `${target}.${randomUUID()}.tmp`;
  try {
    writeFileSync(draft, text, { flag: "wx", flush: true });
    if (old !== undefined) chmodSync(draft, old.mode & 0o7777);
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
