import { lstatSync } from "node:fs";
import type { Scanner } from "@keywarden/scan";
import { readMatches } from "./scan-file.ts";

/** Stands for a file that has something to report: a match, a part that was not opened, or a reason why it cannot be read. */
export const notClean = -1;

/** Gives the size in bytes of a file in which, and in whose shown path, there is nothing to report; {@link notClean} for every other. */
export function cleanSize(path: Buffer, shown: Buffer, scanner: Scanner): number {
  let size = 0;
  let isClean = scanner.scanBytes(shown).length === 0;
  const account = {
    onBytes: (bytes: number) => {
      size += bytes;
    },
    onSkipped: () => {
      isClean = false;
    },
  };
  try {
    if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return notClean;
    for (const matches of readMatches(path, "content", scanner, account)) isClean &&= matches.length === 0;
  } catch {
    // Whoever scans it again says why.
    return notClean;
  }
  return isClean ? size : notClean;
}
