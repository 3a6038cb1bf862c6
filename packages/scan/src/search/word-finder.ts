import { wordFinderCode } from "./word-finder-code.ts";

/** Four bytes, or three, and the byte on one side of them. */
export interface WordGram {
  /** The bytes as a word in memory, the first one lowest. */
  readonly word: number;
  readonly side: "before" | "behind";
  readonly beside: number;
}

/** Finds words of a set in bytes; it may find some more, never one less. */
export interface WordFinder {
  /**
   * Calls `visit` with the offset of every word, at a multiple of four, that may be a gram of the set.
   * It is not for use from within `visit`.
   */
  find(bytes: Uint8Array, visit: (offset: number) => void): void;
}

const blockBytes = 64 * 1024;
const stepBytes = 32;
const pageBytes = 64 * 1024;
const multiplier = 0x9e3779b1;

// The more slots are empty, the fewer words need a second look; beyond a megabyte the cache has no room for them.
const slotsPerGram = 32;
const fewestSlotBits = 15;
const mostSlotBits = 20;
const contextBytes = 1 << 15;

// Offsets in the program's memory. A word is aligned, and so are the words in front of and behind a block.
const wordsAt = 64;
const foundAt = wordsAt + blockBytes + 64;
const contextsAt = foundAt + blockBytes;
const tableAt = contextsAt + contextBytes;

/** Makes a finder of these grams of `gramBytes` bytes; `null` where this machine runs no WebAssembly, or has no room for it. */
export function makeWordFinder(grams: readonly WordGram[], gramBytes: 3 | 4): WordFinder | null {
  const wanted = Math.ceil(Math.log2(Math.max(1, grams.length * slotsPerGram)));
  const slotBits = Math.min(mostSlotBits, Math.max(fewestSlotBits, wanted));
  const program = start(tableAt + (1 << slotBits));
  if (program === null) return null;
  const { memory, findWords, contextBit } = program;
  // A word that is multiplied by a multiple of 256 loses its upper byte, the last one in memory.
  const factor = gramBytes === 4 ? multiplier : multiplier << 8;
  const shift = 32 - slotBits;
  const bytesOf = (offset: number, size: number): Uint8Array => new Uint8Array(memory, offset, size);
  const table = bytesOf(tableAt, 1 << slotBits);
  const contexts = bytesOf(contextsAt, contextBytes);
  for (const { word, side, beside } of grams) {
    const product = Math.imul(word, factor);
    table[product >>> shift] = 1;
    const bit = contextBit(product, side === "before" ? beside : beside + 256);
    contexts[bit >>> 3] = (contexts[bit >>> 3] ?? 0) | (1 << (bit & 7));
  }
  const input = bytesOf(0, foundAt);
  const found = new Uint32Array(memory, foundAt, blockBytes / 4);
  return {
    find: (bytes, visit) => {
      for (let from = 0; from < bytes.length; from += blockBytes) {
        const before = Math.min(from, 1);
        const end = Math.min(bytes.length, from + blockBytes);
        const isAll = end - from === bytes.length;
        input.set(isAll ? bytes : bytes.subarray(from - before, end + 1), wordsAt - before);
        const count = Math.ceil((end - from) / stepBytes) * (stepBytes / 4);
        // What an earlier block left after the last byte can only add false hits.
        const hits = findWords(wordsAt, count, tableAt, contextsAt, factor, shift, gramBytes, foundAt);
        for (let hit = 0; hit < hits; hit += 1) visit(from + 4 * (found[hit] ?? 0));
      }
    },
  };
}

interface Program {
  readonly findWords: (
    words: number,
    count: number,
    table: number,
    contexts: number,
    multiplier: number,
    shift: number,
    behind: number,
    found: number,
  ) => number;
  readonly contextBit: (product: number, context: number) => number;
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
    const { findWords, contextBit } = new engine.Instance(compiled, { env: { memory } }).exports;
    return { memory: memory.buffer, findWords, contextBit };
  } catch (error) {
    // Address space is limited, by `ulimit -v` for one.
    if (error instanceof RangeError) return null;
    throw error;
  }
}
