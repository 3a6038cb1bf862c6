import { closeSync, constants, fstatSync, lstatSync, openSync } from "node:fs";
import type { Scanner } from "@keywarden/scan";
import { fillBuffer } from "./fill-buffer.ts";

/** Stands for a file that has something to report: a match, a part that was not opened, or a reason why it cannot be read. */
export const notClean = -1;

const buffer = Buffer.allocUnsafeSlow(1024 * 1024);
const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;
// Windows has no such flag and knows it as undefined.
const followsLinks = (O_NOFOLLOW as number | undefined) === undefined;

/**
 * Gives the size in bytes of a file if neither its content nor its reported path has findings; {@link notClean} for every
 * other, and for a large file. Opens `path`, unless it is a link.
 */
export function cleanSize(path: Buffer, shown: Buffer, scanner: Scanner): number {
  try {
    if (scanner.scanBytes(shown).length > 0) return notClean;
    if (followsLinks && lstatSync(path).isSymbolicLink()) return notClean;
    const handle = openSync(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
    try {
      const stats = fstatSync(handle);
      if (!stats.isFile()) return notClean;
      const size = fillBuffer(handle, buffer, stats.size);
      const isWhole = size < buffer.length && (size >= stats.size || fstatSync(handle).size >= stats.size);
      return isWhole && isClean(buffer.subarray(0, size), scanner) ? size : notClean;
    } finally {
      closeSync(handle);
    }
  } catch {
    // Whoever scans it again says why.
    return notClean;
  }
}

function isClean(bytes: Buffer, scanner: Scanner): boolean {
  let isWhole = true;
  const matches = scanner.scanBytes(bytes, () => {
    isWhole = false;
  });
  return isWhole && matches.length === 0;
}
