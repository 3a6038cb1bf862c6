import { createHash } from "node:crypto";
import { existsSync, lstatSync, realpathSync, statSync, type Stats } from "node:fs";
import { join } from "node:path";
import * as process from "node:process";
import { notClean, stateNumbers, type FileStates } from "../files/file-states.ts";
import type { CleanKey } from "./clean-objects.ts";
import { readSealed, writeSealed, type Seal } from "./sealed-file.ts";

/** The files of a folder that are known to be clean. */
export interface CleanFiles {
  /** Gives the states of those of these files that are as they were when they were read, with {@link notClean} for every other. */
  find(paths: readonly Buffer[]): FileStates;
  /** Keeps which of these files are clean for the next scan, and forgets all others. */
  save(paths: readonly Buffer[], states: FileStates): void;
  /** What is known of a whole work tree at once. */
  readonly trees: KnownTrees;
  /** A file that was changed from then on may change again and look the same. */
  readonly youngFromMs: number;
}

/** What a scan has learnt of a work tree. */
export interface KnownTree {
  /** How many files are clean, and how large they are together. */
  readonly count: number;
  readonly bytes: number;
  /** Where the paths of all others begin and end in what git says of the files, in the order in which they were scanned. */
  readonly rest: readonly (readonly [number, number])[];
}

/** Keeps what is known of one state of a work tree. */
export interface KnownTrees {
  /** Whether anything was kept, of whatever state. */
  isThere(): boolean;
  /** Gives what was kept of exactly this state. */
  find(state: string): KnownTree | null;
  keep(state: string, tree: KnownTree): void;
}

/** What a scan of files looks at. */
export interface CleanFolder {
  /** Paths in reports are as seen from it. */
  readonly directory: string;
  /** As the user wrote them. */
  readonly paths: readonly string[];
  readonly includeIgnored: boolean;
  readonly isThorough: boolean;
  readonly startedAtMs: number;
}

// Some file systems tell time by two seconds: a file may change twice in them and look the same.
const youngMs = 3000;
const numberBytes = 8;
const recordBytes = 2 + stateNumbers * numberBytes;
const mostPathBytes = 0xffff;
// Room for the longest record, and many others.
const partBytes = 1024 * 1024;
// Starting takes longer than reading fewer.
const fewestFiles = 200;

/**
 * Opens what earlier scans of this folder by this user, this program and for these keys proved clean. It holds paths, and
 * what the system says of each file: as git does, it takes a file of the same size, number and times for the same one, and
 * does not believe that of a file which had just been changed when it was read. What is damaged, or was made under any
 * other condition, counts as empty. `null` where the system does not tell whose a file is.
 */
export function openCleanFiles(folder: CleanFolder, key: CleanKey): CleanFiles | null {
  const user = process.getuid?.();
  if (user === undefined) return null;
  const { directory, paths: asked, includeIgnored, isThorough, startedAtMs } = folder;
  const real = realpathSync(directory);
  const { dev, ino } = statSync(real);
  const scope = [directory, real, dev, ino, asked, includeIgnored, isThorough];
  const name = createHash("sha256").update(JSON.stringify(scope)).digest("hex").slice(0, 32);
  const seal = {
    path: join(key.folder, "clean-files", name),
    magic: "files--1",
    conditions: [key.program, user, scope, key.providers],
  };
  const youngFromMs = startedAtMs - youngMs;
  // Where the whole tree is known, none of it is asked for.
  let opened: Buffer | undefined;
  const open = (): Buffer => (opened ??= readSealed(seal));
  const treeSeal = (state: string): Seal => ({
    path: join(key.folder, "known-trees", name),
    magic: "tree---1",
    conditions: [...seal.conditions, state],
  });
  return {
    youngFromMs,
    trees: {
      isThere: () => existsSync(treeSeal("").path),
      find: (state) => {
        const content = readSealed(treeSeal(state));
        return content.length === 0 ? null : (JSON.parse(content.toString("utf8")) as KnownTree);
      },
      keep: (state, tree) => writeSealed(treeSeal(state), [Buffer.from(JSON.stringify(tree))]),
    },
    find: (paths) => {
      const known = open();
      const states = new Float64Array(paths.length * stateNumbers).fill(notClean);
      if (known.length === 0) return states;
      const records = new Records(known);
      for (const [index, path] of paths.entries()) {
        const at = records.find(path);
        if (at !== -1) copyIfSame(path, known, at, states.subarray(index * stateNumbers));
      }
      return states;
    },
    save: (paths, states) => {
      const known = open();
      if (known.length === 0 && paths.length < fewestFiles) return;
      const parts = (): Iterable<Buffer> => writeRecords(paths, states, youngFromMs);
      if (!isMadeOf(known, parts())) writeSealed(seal, parts());
    },
  };
}

/** Finds records, which have the order in which the files were listed. */
class Records {
  readonly #bytes: Buffer;
  #next = 0;
  #byPath: Map<string, number> | undefined;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Gives where the numbers of this file stand; -1 where it has none. */
  find(path: Buffer): number {
    const at = this.#isAt(this.#next, path) ? this.#next : (this.#index().get(path.toString("latin1")) ?? -1);
    if (at === -1) return -1;
    this.#next = at + recordBytes + path.length;
    return at + 2 + path.length;
  }

  #isAt(at: number, path: Buffer): boolean {
    const bytes = this.#bytes;
    if (at + recordBytes + path.length > bytes.length || bytes.readUInt16LE(at) !== path.length) return false;
    return bytes.compare(path, 0, path.length, at + 2, at + 2 + path.length) === 0;
  }

  #index(): ReadonlyMap<string, number> {
    if (this.#byPath !== undefined) return this.#byPath;
    const byPath = new Map<string, number>();
    for (let at = 0; at + recordBytes <= this.#bytes.length;) {
      const size = this.#bytes.readUInt16LE(at);
      byPath.set(this.#bytes.toString("latin1", at + 2, at + 2 + size), at);
      at += recordBytes + size;
    }
    return (this.#byPath = byPath);
  }
}

function copyIfSame(path: Buffer, known: Buffer, at: number, into: FileStates): void {
  // A file that is gone or cannot be looked at is for whoever reads it.
  const stats = statsOf(path);
  if (stats === null || !stats.isFile()) return;
  const { size, dev, ino, mtimeMs, ctimeMs } = stats;
  const numbers = [size, dev, ino, mtimeMs, ctimeMs];
  if (numbers.every((number, index) => known.readDoubleLE(at + index * numberBytes) === number)) {
    into.set(numbers);
  }
}

function statsOf(path: Buffer): Stats | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

function isMadeOf(bytes: Buffer, parts: Iterable<Buffer>): boolean {
  let at = 0;
  for (const part of parts) {
    if (!part.equals(bytes.subarray(at, at + part.length))) return false;
    at += part.length;
  }
  return at === bytes.length;
}

/** Gives the records in parts, each good until the next one is asked for: those of a large tree are ten megabytes. */
function* writeRecords(
  paths: readonly Buffer[],
  states: FileStates,
  youngFromMs: number,
): Generator<Buffer, void, undefined> {
  const content = Buffer.allocUnsafe(partBytes);
  let at = 0;
  for (const [index, path] of paths.entries()) {
    const first = index * stateNumbers;
    const isOld =
      (states[first + 3] ?? Infinity) < youngFromMs && (states[first + 4] ?? Infinity) < youngFromMs;
    if ((states[first] ?? notClean) === notClean || !isOld || path.length > mostPathBytes) continue;
    if (at + recordBytes + path.length > content.length) {
      yield content.subarray(0, at);
      at = 0;
    }
    at = content.writeUInt16LE(path.length, at);
    at += path.copy(content, at);
    for (let number = 0; number < stateNumbers; number += 1) {
      at = content.writeDoubleLE(states[first + number] ?? 0, at);
    }
  }
  if (at > 0) yield content.subarray(0, at);
}
