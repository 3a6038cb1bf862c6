import { needleFinderCode } from "./needle-finder-code.ts";
import { mostSought, type PackedNeedles } from "./pack-needles.ts";

/** Finds packed texts in bytes. */
export interface NeedleFinder {
  /**
   * Calls `visit` wherever the first {@link mostSought} bytes of a text stand, once, in no particular order, with
   * the text's position among those that were packed. It is not for use from within.
   */
  find(bytes: Uint8Array, visit: (start: number, needle: number) => void): void;
}

const blockBytes = 32 * 1024;
const stepBytes = 16;
const besideBytes = mostSought;
const pageBytes = 64 * 1024;

// The more slots are empty, the fewer words need a second look; the cache has no room for many more.
const slotsPerWord = 64;
const fewestSlotBits = 14;
const mostSlotBits = 20;

// Offsets in the program's memory. A block has room for what may be read beside it.
const nextAt = 8;
const indexAt = 16;
const masksAt = 64;
const gramsAt = 1024;
const longerAt = 16 * 1024;
const nearAt = longerAt + 128 * 1024;
const bytesAt = nearAt + blockBytes / 2 + 128;
const foundAt = bytesAt + blockBytes + 64;
const tableAt = 512 * 1024;
const bucketCount = 32 * 1024;
const fewestResults = 8 * 1024;

/** Makes a finder of these; `null` where this machine runs no WebAssembly with vectors, or has no room for it. */
export function makeNeedleFinder(packed: PackedNeedles): NeedleFinder | null {
  const { texts, sizes, offsets, masks, wordCount } = packed;
  const wanted = Math.ceil(Math.log2((wordCount + 1) * slotsPerWord));
  const slotBits = Math.min(mostSlotBits, Math.max(fewestSlotBits, wanted));
  const count = sizes.length;
  const textsAt = tableAt + (1 << slotBits);
  const sizesAt = textsAt + texts.length + 8;
  const offsetsAt = sizesAt + count;
  const startsAt = (offsetsAt + count + 3) & ~3;
  const bucketsAt = startsAt + 4 * count;
  const itemsAt = bucketsAt + 4 * (bucketCount + 1);
  const resultsAt = (itemsAt + 8 * count + 7) & ~7;
  // Two buckets are read for a word, and one may hold both words of every needle.
  const room = fewestResults + 4 * count;
  const program = start(resultsAt + 8 * (room + 1));
  if (program === null) return null;
  const { memory, addNeedles, findNeedles, findWords, resolveFound } = program;
  const shift = 32 - slotBits;
  const whole = Buffer.from(memory);
  whole.write(texts, textsAt, "latin1");
  whole.write(sizes, sizesAt, "latin1");
  whole.write(offsets, offsetsAt, "latin1");
  whole.write(masks, masksAt, "latin1");
  new Uint32Array(memory, indexAt, 4).set([sizesAt, startsAt, bucketsAt, itemsAt]);
  const most = addNeedles(count, textsAt, offsetsAt, indexAt, shift, longerAt, gramsAt);
  const next = new Uint32Array(memory, nextAt, 1);
  const results = new Int32Array(memory, resultsAt, 2 * (room + 1));
  return {
    find: (bytes, visit) => {
      for (let from = 0; from < bytes.length; from += blockBytes) {
        const before = Math.min(from, besideBytes);
        const end = Math.min(bytes.length, from + blockBytes);
        const isAll = end - from === bytes.length;
        const block = isAll ? bytes : bytes.subarray(from - before, end + besideBytes);
        const low = bytesAt - before;
        whole.set(block, low);
        const steps = Math.ceil((end - from) / stepBytes) * stepBytes;
        // What an earlier block left after the last byte can only add offsets at which nothing is found.
        const found =
          masks === ""
            ? findWords(bytesAt, steps, shift, longerAt, nearAt, foundAt)
            : findNeedles(bytesAt, steps, shift, longerAt, masksAt, gramsAt, nearAt, foundAt);
        for (let done = 0; done < found;) {
          const resolved = resolveFound(
            foundAt,
            done,
            found,
            bytesAt,
            low,
            low + block.length,
            indexAt,
            most,
            resultsAt,
            room,
            nextAt,
          );
          done = next[0] ?? found;
          for (let at = 0; at < 2 * resolved; at += 2) visit(from + (results[at] ?? 0), results[at + 1] ?? 0);
        }
      }
    },
  };
}

/** What `assembly/find-needles.ts` exports, which says what each number is. */
interface Program {
  readonly addNeedles: Numeric;
  readonly findNeedles: Numeric;
  readonly findWords: Numeric;
  readonly resolveFound: Numeric;
}

type Numeric = (...numbers: readonly number[]) => number;

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
    const { addNeedles, findNeedles, findWords, resolveFound } = exports;
    return { memory: memory.buffer, addNeedles, findNeedles, findWords, resolveFound };
  } catch (error) {
    // Address space is limited, by `ulimit -v` for one, or the processor has no vectors.
    if (error instanceof RangeError || error instanceof engine.CompileError) return null;
    throw error;
  }
}
