import { readPackEntry, type PackFile } from "./pack-file.ts";
import type { PackIndex } from "./pack-index.ts";
import type { Allocate } from "./allocate.ts";
import { unlessUnreadable } from "./unless-unreadable.ts";

/** Where the objects of a pack stand and which is made of which, each by its number in the order of the pack. */
export interface PackLayout {
  readonly count: number;
  /** Gives the place of the object with the id that begins here; -1 where the pack has none. */
  positionOf(ids: Buffer, start: number): number;
  /** Gives the id of the object at this position. */
  idAt(position: number): Buffer;
  /** Where each object begins, and where the last one ends. */
  readonly offsets: Float64Array;
}

/** Which object is made of which. */
export interface DeltaTree {
  /** The position of the base; -1 for an object that needs none, -2 for one that this pack cannot make. */
  readonly bases: Int32Array;
  /** Whether an object that needs none is a tree: 1 where it is. */
  readonly wholeTrees: Uint8Array;
  /** The first object that is made of this one, and the next of the same base; -1 for none. */
  readonly firstChild: Int32Array;
  readonly nextSibling: Int32Array;
}

// An offset and the number of its object are sorted as one number that is exact.
const mostNumbered = 2 ** 20;
const mostOffset = 2 ** 33;

/** Puts the objects of a pack into its order; `null` for one of more than 16 GB. */
export function layOutPack(
  index: PackIndex,
  sizeBytes: number,
  hashBytes: number,
  allocate: Allocate,
): PackLayout | null {
  const { count } = index;
  if (sizeBytes > mostOffset || count > mostNumbered) return null;
  const offsets = new Float64Array(allocate(8 * (count + 1)));
  for (let object = 0; object < count; object += 1) {
    offsets[object] = index.offsetOf(object) * mostNumbered + object;
  }
  offsets[count] = (sizeBytes - hashBytes) * mostNumbered;
  // Without a comparison of ours this takes a tenth of the time.
  offsets.subarray(0, count).sort();
  const positions = new Uint32Array(count);
  const objects = new Uint32Array(count);
  for (let position = 0; position < count; position += 1) {
    const both = offsets[position] ?? 0;
    const offset = Math.floor(both / mostNumbered);
    const object = both - offset * mostNumbered;
    positions[object] = position;
    objects[position] = object;
    offsets[position] = offset;
  }
  offsets[count] = sizeBytes - hashBytes;
  return {
    count,
    positionOf: (ids, start) => {
      const object = index.find(ids, start);
      return object === -1 ? -1 : (positions[object] ?? -1);
    },
    idAt: (position) => index.idOf(objects[position] ?? 0),
    offsets,
  };
}

// Enough for the head of any entry.
const headBytes = 32;

const pauseObjects = 20_000;

/** Reads of every object of a pack what it is made of; `null` where the pack cannot be read. */
export async function readDeltaTree(
  pack: PackFile,
  layout: PackLayout,
  {
    memory,
    hashBytes,
    allocate,
  }: { readonly memory: Buffer; readonly hashBytes: number; readonly allocate: Allocate },
): Promise<DeltaTree | null> {
  const { count, offsets } = layout;
  const bases = new Int32Array(allocate(4 * count)).fill(-2);
  const wholeTrees = new Uint8Array(allocate(count));
  for (let position = 0; position < count; position += 1) {
    const offset = offsets[position] ?? -1;
    const sizeBytes = (offsets[position + 1] ?? 0) - offset;
    if (position % pauseObjects === pauseObjects - 1) await new Promise(setImmediate);
    if (offset < 0 || sizeBytes <= 0) continue;
    const size = Math.min(sizeBytes, headBytes + hashBytes);
    const start = unlessUnreadable(() => pack.read(offset, size));
    if (start === null) return null;
    const entry = readPackEntry(memory, start, start + size, { offset, hashBytes });
    if (entry === null) continue;
    if (entry.base === undefined) {
      bases[position] = -1;
      if (entry.type === "tree") wholeTrees[position] = 1;
    } else {
      const base =
        typeof entry.base === "number" ? findOffset(layout, entry.base) : layout.positionOf(entry.base, 0);
      if (base !== -1) bases[position] = base;
    }
  }
  const firstChild = new Int32Array(allocate(4 * count)).fill(-1);
  const nextSibling = new Int32Array(allocate(4 * count)).fill(-1);
  for (let position = count - 1; position >= 0; position -= 1) {
    const base = bases[position] ?? -2;
    if (base < 0) continue;
    nextSibling[position] = firstChild[base] ?? -1;
    firstChild[base] = position;
  }
  return { bases, wholeTrees, firstChild, nextSibling };
}

function findOffset({ count, offsets }: PackLayout, offset: number): number {
  let low = 0;
  let high = count - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = offsets[middle] ?? -1;
    if (found === offset) return middle;
    if (found < offset) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
