import { randomUUID } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import * as process from "node:process";
import { makeFolder } from "@keywarden/files";

const ownerOnly = 0o600;
const othersBits = 0o077;

/** Reads a file that this user alone can read and write; `null` for any other, a link among them. */
export function readOwnFile(path: string): Buffer | null {
  try {
    const handle = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const { uid, mode } = fstatSync(handle);
      const isOwn = uid === process.getuid?.() && (mode & constants.S_IFMT) === constants.S_IFREG;
      return isOwn && (mode & othersBits) === 0 ? readFileSync(handle) : null;
    } finally {
      closeSync(handle);
    }
  } catch {
    return null;
  }
}

/** Writes such a file, all of it or nothing; where that cannot be, nothing happens. */
export function writeOwnFile(path: string, parts: Iterable<Uint8Array>): void {
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    makeFolder(dirname(path), { mode: 0o700 });
    const handle = openSync(draft, "wx", ownerOnly);
    try {
      // Not put together first: what is known of a large history is some megabytes.
      for (const part of parts) writeFileSync(handle, part);
    } finally {
      closeSync(handle);
    }
    renameSync(draft, path);
  } catch {
    rmSync(draft, { force: true });
  }
}
