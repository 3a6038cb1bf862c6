import { wordFinderCode } from "./word-finder-code.ts";

/** A word of a needle, one character a byte, that is searched for. */
export interface NeedleWord {
  readonly text: string;
  /** Where the word begins; what it has behind the needle's end does not count. */
  readonly offset: number;
}

/** Finds words of a set in bytes; it may find some more, never one less. */
export interface WordFinder {
  /**
   * Calls `visit` with the offset of every word, at a multiple of the stride, that may be one of the set.
   * It is not for use from within `visit`.
   */
  find(bytes: Uint8Array, visit: (offset: number) => void): void;
}

/** How many bytes apart the words begin that are looked at: four for needles of six bytes and more, or two. */
export type Stride = 2 | 4;

const blockBytes = 64 * 1024;
const stepBytes = 32;
const pageBytes = 64 * 1024;

// The more slots are empty, the fewer words need a second look; the cache has no room for many more.
const slotsPerWord = 16;
const fewestSlotBits = 14;
const mostSlotBits = 17;
const longerBytes = 1 << 17;

// Offsets in the program's memory. A word is aligned, and so are the words in front of and behind a block.
const wordsAt = 64;
const foundAt = wordsAt + blockBytes + 64;
const longerAt = foundAt + 2 * blockBytes;
const tableAt = longerAt + longerBytes;

/** Makes a finder of these words; `null` where this machine runs no WebAssembly, or has no room for it. */
export function makeWordFinder(needleWords: readonly NeedleWord[], stride: Stride): WordFinder | null {
  const wanted = Math.ceil(Math.log2(Math.max(1, needleWords.length * slotsPerWord)));
  const slotBits = Math.min(mostSlotBits, Math.max(fewestSlotBits, wanted));
  const program = start(tableAt + (1 << slotBits));
  if (program === null) return null;
  const { memory, findWords, findHalfWords, markWord } = program;
  const find = stride === 4 ? findWords : findHalfWords;
  const shift = 32 - slotBits;
  const input = new Uint8Array(memory, 0, foundAt);
  const needleBytes = Buffer.from(memory, wordsAt, blockBytes);
  let written = "";
  for (const { text, offset } of needleWords) {
    if (text !== written) needleBytes.write(text, "latin1");
    written = text;
    markWord(wordsAt + offset, text.length - offset, stride === 2, tableAt, longerAt, shift);
  }
  const found = new Uint32Array(memory, foundAt, blockBytes / stride);
  return {
    find: (bytes, visit) => {
      for (let from = 0; from < bytes.length; from += blockBytes) {
        const before = Math.min(from, 1);
        const end = Math.min(bytes.length, from + blockBytes);
        const isAll = end - from === bytes.length;
        input.set(isAll ? bytes : bytes.subarray(from - before, end + 8), wordsAt - before);
        const count = Math.ceil((end - from) / stepBytes) * (stepBytes / stride);
        // What an earlier block left after the last byte can only add false hits.
        const hits = find(wordsAt, count, tableAt, longerAt, shift, foundAt);
        for (let hit = 0; hit < hits; hit += 1) visit(from + stride * (found[hit] ?? 0));
      }
    },
  };
}

interface Program {
  readonly findWords: (
    words: number,
    count: number,
    table: number,
    longer: number,
    shift: number,
    found: number,
  ) => number;
  readonly findHalfWords: Program["findWords"];
  readonly markWord: (
    word: number,
    size: number,
    isHalf: boolean,
    table: number,
    longer: number,
    shift: number,
  ) => void;
}

// TypeScript's own description of WebAssembly comes with all of a browser's.
interface Engine {
  readonly Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Program };
}

let compiled: object | undefined;

function start(sizeBytes: number): (Program & { readonly memory: ArrayBuffer }) | null {
  // Absent where V8 may not compile.
  const engine = (globalThis as { WebAssembly?: Engine }).WebAssembly;
  if (engine === undefined) return null;
  const pages = Math.ceil(sizeBytes / pageBytes);
  try {
    const memory = new engine.Memory({ initial: pages, maximum: pages });
    compiled ??= new engine.Module(Buffer.from(wordFinderCode, "base64"));
    const { findWords, findHalfWords, markWord } = new engine.Instance(compiled, { env: { memory } }).exports;
    return { memory: memory.buffer, findWords, findHalfWords, markWord };
  } catch (error) {
    // Address space is limited, by `ulimit -v` for one.
    if (error instanceof RangeError) return null;
    throw error;
  }
}
