import { readPackEntry, type PackFile } from "./pack-file.ts";
import type { PackIndex } from "./pack-index.ts";
import { unlessUnreadable } from "./unless-unreadable.ts";

/** Where the objects of a pack stand and which is made of which, each by its number in the order of the pack. */
export interface PackLayout {
  readonly count: number;
  /** Gives the place of an object in the pack; -1 where the pack has none of this id. */
  positionOf(id: Buffer): number;
  offsetAt(position: number): number;
  /** Of all that the pack holds of an object. */
  sizeAt(position: number): number;
}

/** Which object is made of which. */
export interface DeltaTree {
  /** The position of the base; -1 for an object that needs none, -2 for one that this pack cannot make. */
  readonly bases: Int32Array;
  /** The first object that is made of this one, and the next of the same base; -1 for none. */
  readonly firstChild: Int32Array;
  readonly nextSibling: Int32Array;
}

/** Puts the objects of a pack into its order. */
export function layOutPack(index: PackIndex, sizeBytes: number, hashBytes: number): PackLayout {
  const { count } = index;
  const offsets = Float64Array.from({ length: count }, (_, object) => index.offsetOf(object));
  const objects = Uint32Array.from({ length: count }, (_, object) => object);
  objects.sort((one, other) => (offsets[one] ?? 0) - (offsets[other] ?? 0));
  const positions = new Uint32Array(count);
  for (const [position, object] of objects.entries()) positions[object] = position;
  const objectAt = (position: number): number => objects[position] ?? 0;
  const offsetAt = (position: number): number => offsets[objectAt(position)] ?? -1;
  return {
    count,
    positionOf: (id) => {
      const object = index.find(id);
      return object === -1 ? -1 : (positions[object] ?? -1);
    },
    offsetAt,
    sizeAt: (position) =>
      (position + 1 < count ? offsetAt(position + 1) : sizeBytes - hashBytes) - offsetAt(position),
  };
}

// Enough for the head of any entry.
const headBytes = 32;

const pauseObjects = 20_000;

/** Reads of every object of a pack what it is made of; `null` where the pack cannot be read. */
export async function readDeltaTree(
  pack: PackFile,
  layout: PackLayout,
  hashBytes: number,
): Promise<DeltaTree | null> {
  const { count } = layout;
  const bases = new Int32Array(count).fill(-2);
  for (let position = 0; position < count; position += 1) {
    const offset = layout.offsetAt(position);
    const sizeBytes = layout.sizeAt(position);
    if (position % pauseObjects === pauseObjects - 1) await new Promise(setImmediate);
    if (offset < 0 || sizeBytes <= 0) continue;
    const head = unlessUnreadable(() => pack.read(offset, Math.min(sizeBytes, headBytes + hashBytes)));
    if (head === null) return null;
    const entry = readPackEntry(head, offset, hashBytes);
    if (entry === null) continue;
    if (entry.base === undefined) bases[position] = -1;
    else {
      const base =
        typeof entry.base === "number" ? findOffset(layout, entry.base) : layout.positionOf(entry.base);
      if (base !== -1) bases[position] = base;
    }
  }
  const firstChild = new Int32Array(count).fill(-1);
  const nextSibling = new Int32Array(count).fill(-1);
  for (let position = count - 1; position >= 0; position -= 1) {
    const base = bases[position] ?? -2;
    if (base < 0) continue;
    nextSibling[position] = firstChild[base] ?? -1;
    firstChild[base] = position;
  }
  return { bases, firstChild, nextSibling };
}

function findOffset(layout: PackLayout, offset: number): number {
  let low = 0;
  let high = layout.count - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = layout.offsetAt(middle);
    if (found === offset) return middle;
    if (found < offset) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
