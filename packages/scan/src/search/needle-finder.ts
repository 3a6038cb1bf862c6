import { makeGramMasks, type Gram } from "./gram-masks.ts";
import { needleFinderCode } from "./needle-finder-code.ts";

/** Four bytes of a needle that are searched for. */
export interface NeedleWord {
  /** The needle, one character a byte. */
  readonly text: string;
  /** Where the word begins; three of its bytes at least are the needle's, and of so few a byte stands in front. */
  readonly offset: number;
}

/** Finds words and grams of a set in bytes; it may find some more, never one less. */
export interface NeedleFinder {
  /**
   * Calls one of the two with the offset of every word, at an even offset, and of every gram that may be one of the set.
   * It is not for use from within either.
   */
  find(bytes: Uint8Array, onWord: (offset: number) => void, onGram: (offset: number) => void): void;
}

const blockBytes = 32 * 1024;
const stepBytes = 16;
const behindBytes = 24;
const pageBytes = 64 * 1024;

// The more slots are empty, the fewer words need a second look; the cache has no room for many more.
const slotsPerWord = 64;
const fewestSlotBits = 14;
const mostSlotBits = 20;

// Offsets in the program's memory. A block has room for what may be read beside it.
const masksAt = 64;
const gramsAt = 1024;
const longerAt = 16 * 1024;
const nearAt = longerAt + 128 * 1024;
const bytesAt = nearAt + blockBytes / 2 + 64;
const foundAt = bytesAt + blockBytes + 64;
const mostFound = (3 * blockBytes) / 2 + 3 * stepBytes;
const tableAt = 512 * 1024;

/** Makes a finder of these; `null` where this machine runs no WebAssembly with vectors, or has no room for it. */
export function makeNeedleFinder(
  needleWords: readonly NeedleWord[],
  needleGrams: readonly Gram[],
): NeedleFinder | null {
  const marks = needleWords.reduce((sum, { text, offset }) => sum + (text.length - offset < 4 ? 16 : 1), 1);
  const wanted = Math.ceil(Math.log2(marks * slotsPerWord));
  const slotBits = Math.min(mostSlotBits, Math.max(fewestSlotBits, wanted));
  const program = start(tableAt + (1 << slotBits));
  if (program === null) return null;
  const { memory, findNeedles, findWords, markWord, gramBit } = program;
  const shift = 32 - slotBits;
  const input = new Uint8Array(memory, 0, foundAt);
  markGrams(input, needleGrams, gramBit);
  const needleBytes = Buffer.from(memory, bytesAt, blockBytes);
  let written = "";
  for (const { text, offset } of needleWords) {
    if (text !== written) needleBytes.write(text, "latin1");
    written = text;
    markWord(bytesAt + offset, Math.min(1, offset), text.length - offset, longerAt, shift);
  }
  const found = new Uint32Array(memory, foundAt, mostFound);
  return {
    find: (bytes, onWord, onGram) => {
      for (let from = 0; from < bytes.length; from += blockBytes) {
        const before = Math.min(from, 1);
        const end = Math.min(bytes.length, from + blockBytes);
        const isAll = end - from === bytes.length;
        input.set(isAll ? bytes : bytes.subarray(from - before, end + behindBytes), bytesAt - before);
        const count = Math.ceil((end - from) / stepBytes) * stepBytes;
        // What an earlier block left after the last byte can only add false hits.
        const hits =
          needleGrams.length === 0
            ? findWords(bytesAt, count, shift, longerAt, nearAt, foundAt)
            : findNeedles(bytesAt, count, shift, longerAt, masksAt, gramsAt, nearAt, foundAt);
        for (let hit = 0; hit < hits; hit += 1) {
          const offset = found[hit] ?? 0;
          // Grams that begin in front of a block or behind it are found in another one.
          if (offset >>> 1 >= blockBytes) continue;
          if ((offset & 1) === 0) onWord(from + (offset >>> 1));
          else onGram(from + (offset >>> 1));
        }
      }
    },
  };
}

function markGrams(memory: Uint8Array, grams: readonly Gram[], gramBit: Program["gramBit"]): void {
  memory.set(makeGramMasks(grams), masksAt);
  for (const gram of grams) {
    const bit = gramBit(gram) >>> 0;
    memory[gramsAt + (bit >>> 3)] = (memory[gramsAt + (bit >>> 3)] ?? 0) | (1 << (bit & 7));
  }
}

interface Program {
  readonly findNeedles: (
    bytes: number,
    count: number,
    shift: number,
    longer: number,
    masks: number,
    grams: number,
    near: number,
    found: number,
  ) => number;
  readonly findWords: (
    bytes: number,
    count: number,
    shift: number,
    longer: number,
    near: number,
    found: number,
  ) => number;
  readonly markWord: (word: number, before: number, behind: number, longer: number, shift: number) => void;
  readonly gramBit: (gram: number) => number;
}

// TypeScript's own description of WebAssembly comes with all of a browser's.
interface Engine {
  readonly Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Program };
  readonly CompileError: new () => Error;
}

let compiled: object | undefined;

function start(sizeBytes: number): (Program & { readonly memory: ArrayBuffer }) | null {
  // Absent where V8 may not compile.
  const engine = (globalThis as { WebAssembly?: Engine }).WebAssembly;
  if (engine === undefined) return null;
  const pages = Math.ceil(sizeBytes / pageBytes);
  try {
    const memory = new engine.Memory({ initial: pages, maximum: pages });
    compiled ??= new engine.Module(Buffer.from(needleFinderCode, "base64"));
    const { exports } = new engine.Instance(compiled, { env: { memory } });
    const { findNeedles, findWords, markWord, gramBit } = exports;
    return { memory: memory.buffer, findNeedles, findWords, markWord, gramBit };
  } catch (error) {
    // Address space is limited, by `ulimit -v` for one, or the processor has no vectors.
    if (error instanceof RangeError || error instanceof engine.CompileError) return null;
    throw error;
  }
}
