import { notClean, stateNumbers, type FileStates } from "./file-states.ts";

/** Files that several threads look at, in memory that all of them see. */
export interface SharedFiles {
  /** The paths in a row, a line feed behind each. */
  readonly paths: Uint8Array;
  /** Where each path ends. */
  readonly ends: Uint32Array;
  /** Of a file that nobody has found clean these are {@link notClean}. */
  readonly states: FileStates;
  /** The file that nobody has taken yet, and how many are done. */
  readonly counts: Int32Array;
}

/** Files in a row that one thread has taken. */
export interface FileRange {
  readonly first: number;
  readonly end: number;
}

const rangeFiles = 128;
const [next, done] = [0, 1];

export function shareFiles(paths: readonly Buffer[]): SharedFiles {
  const sizeBytes = paths.reduce((sum, path) => sum + path.length + 1, 0);
  const shared = {
    paths: new Uint8Array(new SharedArrayBuffer(sizeBytes)),
    ends: new Uint32Array(new SharedArrayBuffer(4 * paths.length)),
    states: new Float64Array(new SharedArrayBuffer(8 * stateNumbers * paths.length)).fill(notClean),
    counts: new Int32Array(new SharedArrayBuffer(8)),
  };
  let at = 0;
  for (const [file, path] of paths.entries()) {
    shared.paths.set(path, at);
    at += path.length;
    shared.ends[file] = at;
    shared.paths[at] = lineFeed;
    at += 1;
  }
  return shared;
}

const lineFeed = 0x0a;

/** Takes the next files for one thread; `null` where none is left. */
export function takeFiles({ ends, counts }: SharedFiles): FileRange | null {
  const first = Atomics.add(counts, next, rangeFiles);
  return first >= ends.length ? null : { first, end: Math.min(ends.length, first + rangeFiles) };
}

/** Counts files that were looked at, and gives how many these are altogether. */
export function countDone({ counts }: SharedFiles, { first, end }: FileRange): number {
  return Atomics.add(counts, done, end - first) + end - first;
}
