import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What is remembered of fetches that did not come to their end, in the mirror itself: the process may die. */
export interface FetchProgress {
  /** How many commits deep the next step goes. */
  readonly depth: number;
  /** Whether a deeper step failed. */
  readonly isCapped: boolean;
  /** How long the next call may take in all. */
  readonly totalMs: number;
}

const fileIn = (directory: string): string => join(directory, "keywarden-fetch.json");

export function readProgress(directory: string): FetchProgress | null {
  try {
    const read = JSON.parse(readFileSync(fileIn(directory), "utf8")) as Partial<FetchProgress>;
    const { depth, isCapped, totalMs } = read;
    if (!Number.isSafeInteger(depth) || typeof isCapped !== "boolean" || !Number.isSafeInteger(totalMs))
      return null;
    return { depth: depth ?? 1, isCapped, totalMs: totalMs ?? 0 };
  } catch {
    // None, or one that a killed process was writing.
    return null;
  }
}

export function writeProgress(directory: string, progress: FetchProgress): void {
  writeFileSync(fileIn(directory), JSON.stringify(progress));
}

export function clearProgress(directory: string): void {
  rmSync(fileIn(directory), { force: true });
}
