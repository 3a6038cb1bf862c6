import { gramFinderCode } from "./gram-finder-code.ts";

/** Three bytes, the first one lowest. */
export type Gram = number;

/** Finds grams of a set in bytes; it may find some more, never one less. */
export interface GramFinder {
  /** Calls `visit` with the offset of everything that may be a gram of the set. It is not for use from within `visit`. */
  find(bytes: Uint8Array, visit: (offset: number) => void): void;
}

const blockBytes = 64 * 1024;
const stepBytes = 16;
const pageBytes = 64 * 1024;
const groupCount = 8;

// Offsets in the program's memory.
const masksAt = 0;
const gramsAt = 128;
const bytesAt = gramsAt + 8 * 1024;
const foundAt = bytesAt + blockBytes + 64;
const endAt = foundAt + 4 * blockBytes;

/** Makes a finder of these grams; `null` where this machine runs no WebAssembly with vectors. */
export function makeGramFinder(grams: readonly Gram[]): GramFinder | null {
  const program = start();
  if (program === null) return null;
  const { memory, findGrams, gramBit } = program;
  const input = new Uint8Array(memory);
  for (const gram of grams) {
    const bit = gramBit(gram) >>> 0;
    input[gramsAt + (bit >>> 3)] = (input[gramsAt + (bit >>> 3)] ?? 0) | (1 << (bit & 7));
  }
  for (const [group, members] of groupsOf(grams).entries()) {
    for (const gram of members) {
      for (let index = 0; index < 3; index += 1) {
        const byte = (gram >>> (8 * index)) & 0xff;
        const low = masksAt + 32 * index + (byte & 15);
        const high = masksAt + 32 * index + 16 + (byte >>> 4);
        input[low] = (input[low] ?? 0) | (1 << group);
        input[high] = (input[high] ?? 0) | (1 << group);
      }
    }
  }
  return {
    find: (bytes, visit) => {
      const found = new Uint32Array(memory, foundAt, blockBytes);
      for (let from = 0; from < bytes.length; from += blockBytes) {
        const end = Math.min(bytes.length, from + blockBytes);
        const isAll = from === 0 && end === bytes.length;
        input.set(isAll ? bytes : bytes.subarray(from, Math.min(bytes.length, end + 2)), bytesAt);
        const count = Math.ceil((end - from) / stepBytes) * stepBytes;
        // What an earlier block left behind the last byte can only add false hits.
        const hits = findGrams(bytesAt, count, masksAt, gramsAt, foundAt);
        for (let hit = 0; hit < hits; hit += 1) {
          const offset = found[hit] ?? 0;
          if (from + offset < end) visit(from + offset);
        }
      }
    },
  };
}

// Of grams in one group the halves of the bytes mix, so the group that a gram adds least to takes it.
function groupsOf(grams: readonly Gram[]): readonly (readonly Gram[])[] {
  const groups = Array.from({ length: groupCount }, () => ({
    members: [] as Gram[],
    halves: Array.from({ length: 6 }, () => new Set<number>()),
  }));
  const sizeOf = (halves: readonly ReadonlySet<number>[]): number =>
    halves.reduce((product, half) => product * half.size, 1);
  for (const gram of [...grams].sort((one, other) => (one >>> 8) - (other >>> 8))) {
    const own = [0, 8, 16].flatMap((shift) => [(gram >>> shift) & 15, (gram >>> (shift + 4)) & 15]);
    const costs = groups.map(({ halves }) => {
      const grown = halves.map((half, index) => (half.has(own[index] ?? 0) ? half.size : half.size + 1));
      return grown.reduce((product, size) => product * size, 1) - (sizeOf(halves) || 0);
    });
    const group = groups[costs.indexOf(Math.min(...costs))];
    if (group === undefined) continue;
    group.members.push(gram);
    for (const [index, half] of group.halves.entries()) half.add(own[index] ?? 0);
  }
  return groups.map(({ members }) => members);
}

interface Program {
  readonly findGrams: (bytes: number, count: number, masks: number, grams: number, found: number) => number;
  readonly gramBit: (gram: number) => number;
}

// TypeScript's own description of WebAssembly comes with all of a browser's.
interface Engine {
  readonly Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Program };
}

let compiled: object | undefined;

function start(): (Program & { readonly memory: ArrayBuffer }) | null {
  // Absent where V8 may not compile, and refused where the processor has no vectors.
  const engine = (globalThis as { WebAssembly?: Engine }).WebAssembly;
  if (engine === undefined) return null;
  try {
    compiled ??= new engine.Module(Buffer.from(gramFinderCode, "base64"));
    const pages = Math.ceil(endAt / pageBytes);
    const memory = new engine.Memory({ initial: pages, maximum: pages });
    const { exports } = new engine.Instance(compiled, { env: { memory } });
    return { findGrams: exports.findGrams, gramBit: exports.gramBit, memory: memory.buffer };
  } catch {
    return null;
  }
}
