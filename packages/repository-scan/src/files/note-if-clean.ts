import { closeSync, constants, fstatSync, lstatSync, openSync } from "node:fs";
import type { Scanner } from "@keywarden/scan";
import type { FileStates } from "./file-states.ts";
import { fillBuffer } from "./fill-buffer.ts";

const buffer = Buffer.allocUnsafeSlow(1024 * 1024);
const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;
// Windows has no such flag and knows it as undefined.
const followsLinks = (O_NOFOLLOW as number | undefined) === undefined;

/**
 * Notes what the system says of a file if neither its content nor its reported path has findings; every other one, and a
 * large file, is left as it is: not clean. Opens `path`, unless it is a link.
 */
export function noteIfClean(path: Buffer, shown: Buffer, scanner: Scanner, into: FileStates): void {
  try {
    if (scanner.scanBytes(shown).length > 0) return;
    if (followsLinks && lstatSync(path).isSymbolicLink()) return;
    const handle = openSync(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
    try {
      const stats = fstatSync(handle);
      if (!stats.isFile()) return;
      const size = fillBuffer(handle, buffer, stats.size);
      const isWhole = size < buffer.length && (size >= stats.size || fstatSync(handle).size >= stats.size);
      if (!isWhole || !isClean(buffer.subarray(0, size), scanner)) return;
      into[0] = size;
      into[1] = stats.dev;
      into[2] = stats.ino;
      // What has another size than it says is no file whose times say anything.
      into[3] = size === stats.size ? stats.mtimeMs : Infinity;
      into[4] = stats.ctimeMs;
    } finally {
      closeSync(handle);
    }
  } catch {
    // Whoever scans it again says why.
  }
}

function isClean(bytes: Buffer, scanner: Scanner): boolean {
  let isWhole = true;
  const matches = scanner.scanBytes(bytes, () => {
    isWhole = false;
  });
  return isWhole && matches.length === 0;
}
