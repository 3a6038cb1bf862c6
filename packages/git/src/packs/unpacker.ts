import { unpackCode } from "./unpack-code.ts";

/** A run of bytes in the memory of an {@link Unpacker}. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** How a delta put an object together. The lists are good until the next delta is applied. */
export interface DeltaEdit {
  /** Pieces of the base: of each its offset there, its size and its offset in the object. */
  readonly copies: Uint32Array;
  /**
   * Pairs of offsets in the object, in ascending order: between the two stands what the delta brings itself. Where they
   * are equal, two pieces meet, or the object begins or ends.
   */
  readonly changes: Uint32Array;
  /** Puts what is new together, with so many bytes on both sides. */
  readonly gather: (aroundBytes: number) => GatheredChanges;
}

/** What is new in an object, good until the next delta is applied. */
export interface GatheredChanges {
  /** Runs of the object, one behind the other. */
  readonly bytes: Buffer;
  /** Of each run, in ascending order, where it begins and ends in the object, and where it ends in `bytes`. */
  readonly windows: Uint32Array;
}

/** Unpacks what git has packed, in one piece of memory. */
export interface Unpacker {
  /** All of the memory. */
  readonly memory: Buffer;
  /** Where what is packed is read to: blocks of it, and one piece of any size. */
  readonly window: Range;
  readonly piece: Range;
  /** Where deltas are unpacked to. */
  readonly delta: Range;
  /** Where objects are put together. */
  readonly objects: Range;
  /** Unpacks all of `from` to all of `to`; false where that does not fit, or zlib would refuse it. */
  readonly inflate: (from: Range, to: Range) => boolean;
  /** Writes to all of `to` what the delta, from behind its head on, makes of `base`; `null` where it is damaged, or very long. */
  readonly applyDelta: (base: Range, delta: Range, to: Range) => DeltaEdit | null;
}

export interface UnpackerSizes {
  /** The most that a delta, or what it makes, unpacks to. */
  readonly deltaBytes: number;
  /** For objects that are there at once. */
  readonly objectBytes: number;
}

const pageBytes = 64 * 1024;
// What the program makes for itself stands in front.
const windowAt = 2 * pageBytes;
const windowBytes = 2 * 1024 * 1024;
// Compressed, bytes may become a little more.
const moreInput = pageBytes;
// A few bytes are read and written behind the end of a run.
const gapBytes = 64;
const mostPieces = 64 * 1024;

/** Makes an unpacker; `null` where this machine runs no WebAssembly, or has no room for it. */
export function makeUnpacker({ deltaBytes, objectBytes }: UnpackerSizes): Unpacker | null {
  const window = { start: windowAt, end: windowAt + windowBytes };
  const piece = { start: window.end + gapBytes, end: window.end + gapBytes + deltaBytes + moreInput };
  const delta = { start: piece.end + gapBytes, end: piece.end + gapBytes + deltaBytes };
  const copiesAt = delta.end + gapBytes;
  const changesAt = copiesAt + 12 * mostPieces;
  const windowsAt = changesAt + 8 * (mostPieces + 1);
  const joinedAt = windowsAt + 12 * (mostPieces + 1);
  // All of an object may be new.
  const objectsAt = joinedAt + deltaBytes + gapBytes;
  const objects = { start: objectsAt, end: objectsAt + objectBytes };
  const program = start(objects.end + gapBytes);
  if (program === null) return null;
  const { buffer, exports } = program;
  const memory = Buffer.from(buffer);
  return {
    memory,
    window,
    piece,
    delta,
    objects,
    inflate: (from, to) => exports.inflate(from.start, from.end, to.start, to.end) !== 0,
    applyDelta: (base, { start: from, end }, to) => {
      const isWhole = exports.applyDelta(
        base.start,
        base.end,
        from,
        end,
        to.start,
        to.end,
        copiesAt,
        changesAt,
        mostPieces,
      );
      if (isWhole === 0) return null;
      const changeNumbers = exports.changeNumbers.value;
      return {
        copies: new Uint32Array(buffer, copiesAt, exports.copyNumbers.value),
        changes: new Uint32Array(buffer, changesAt, changeNumbers),
        gather: (aroundBytes) => {
          const numbers = exports.gather(
            changesAt,
            changeNumbers,
            to.start,
            to.end,
            aroundBytes,
            joinedAt,
            windowsAt,
          );
          const windows = new Uint32Array(buffer, windowsAt, numbers);
          return { bytes: memory.subarray(joinedAt, joinedAt + (windows.at(-1) ?? 0)), windows };
        },
      };
    },
  };
}

interface Program {
  readonly inflate: (from: number, end: number, to: number, toEnd: number) => number;
  readonly applyDelta: (
    base: number,
    baseEnd: number,
    from: number,
    end: number,
    to: number,
    toEnd: number,
    copies: number,
    changes: number,
    mostPieces: number,
  ) => number;
  readonly gather: (
    changes: number,
    changeNumbers: number,
    from: number,
    end: number,
    aroundBytes: number,
    joined: number,
    windows: number,
  ) => number;
  readonly copyNumbers: { readonly value: number };
  readonly changeNumbers: { readonly value: number };
}

// TypeScript's own description of WebAssembly comes with all of a browser's.
interface Engine {
  readonly Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Program };
}

function start(sizeBytes: number): { readonly buffer: ArrayBuffer; readonly exports: Program } | null {
  // Absent where V8 may not compile.
  const engine = (globalThis as { WebAssembly?: Engine }).WebAssembly;
  if (engine === undefined) return null;
  const pages = Math.ceil(sizeBytes / pageBytes);
  try {
    const memory = new engine.Memory({ initial: pages, maximum: pages });
    const module = new engine.Module(Buffer.from(unpackCode, "base64"));
    return { buffer: memory.buffer, exports: new engine.Instance(module, { env: { memory } }).exports };
  } catch {
    // Address space is limited, by `ulimit -v` for one, or the processor has no vectors.
    return null;
  }
}
