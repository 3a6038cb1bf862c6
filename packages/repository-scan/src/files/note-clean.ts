import { closeSync, constants, fstatSync, lstatSync, openSync } from "node:fs";
import { sep } from "node:path";
import type { Scanner } from "@keywarden/scan";
import { makeShownPath } from "./file-path.ts";
import { stateNumbers } from "./file-states.ts";
import { fillBuffer } from "./fill-buffer.ts";
import type { FileRange, SharedFiles } from "./shared-files.ts";

const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;
const openFlags = O_RDONLY | O_NONBLOCK | O_NOFOLLOW;
// Windows has no such flag and knows it as undefined.
const followsLinks = (O_NOFOLLOW as number | undefined) === undefined;

/**
 * Makes what notes what the system says of those files of a range of which neither the content nor the reported path has
 * findings; every other one, and a large file, is left as it is: not clean. It opens every path, unless it is a link.
 */
export function makeNoteClean(
  scanner: Scanner,
  directory: string,
  { paths: sharedPaths, ends, states }: SharedFiles,
): (range: FileRange) => void {
  const buffer = Buffer.allocUnsafeSlow(1024 * 1024);
  const paths = Buffer.from(sharedPaths.buffer, sharedPaths.byteOffset, sharedPaths.byteLength);
  const show = makeShownPath(directory);
  const startOf = (file: number): number => (file === 0 ? 0 : (ends[file - 1] ?? 0) + 1);

  const isClean = (bytes: Buffer): boolean => {
    let isWhole = true;
    const matches = scanner.scanBytes(bytes, () => {
      isWhole = false;
    });
    return isWhole && matches.length === 0;
  };

  /** Gives which paths of a range show no key: what all of them together lead to says of most that nothing is there. */
  const clearPaths = ({ first, end }: FileRange): Uint8Array => {
    const clear = new Uint8Array(end - first);
    // Elsewhere a path is shown in other characters than it has.
    if (sep !== "/") return clear;
    const from = startOf(first);
    clear.fill(1);
    let file = first;
    for (const lead of scanner.leadsIn(paths.subarray(from, ends[end - 1]))) {
      while (file + 1 < end && from + lead > (ends[file] ?? 0)) file += 1;
      clear[file - first] = 0;
    }
    return clear;
  };

  const noteFile = (path: Buffer, at: number): void => {
    if (followsLinks && lstatSync(path).isSymbolicLink()) return;
    const handle = openSync(path, openFlags);
    try {
      const stats = fstatSync(handle);
      if (!stats.isFile()) return;
      const size = fillBuffer(handle, buffer, stats.size);
      const isWhole = size < buffer.length && (size >= stats.size || fstatSync(handle).size >= stats.size);
      if (!isWhole || !isClean(buffer.subarray(0, size))) return;
      states[at + 1] = stats.dev;
      states[at + 2] = stats.ino;
      // What has another size than it says is no file whose times say anything.
      states[at + 3] = size === stats.size ? stats.mtimeMs : Infinity;
      states[at + 4] = stats.ctimeMs;
      // The last, because it says that the others are there.
      states[at] = size;
    } finally {
      closeSync(handle);
    }
  };

  return (range) => {
    const clear = clearPaths(range);
    for (let file = range.first; file < range.end; file += 1) {
      const path = paths.subarray(startOf(file), ends[file]);
      try {
        const isClear = clear[file - range.first] === 1 && !scanner.isPacked(show(path));
        if (!isClear && scanner.scanBytes(show(path)).length > 0) continue;
        noteFile(path, file * stateNumbers);
      } catch {
        // Whoever scans it again says why.
      }
    }
  };
}
