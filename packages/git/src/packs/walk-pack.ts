import type { ObjectType } from "../objects/git-object.ts";
import { readDeltaHead } from "./delta-head.ts";
import { readPackEntry, type PackFile } from "./pack-file.ts";
import type { DeltaTree } from "./pack-layout.ts";
import { unlessUnreadable } from "./unless-unreadable.ts";
import type { DeltaEdit, Range, Unpacker } from "./unpacker.ts";

/** An object that a pack holds. */
export interface PackedObject<Known> {
  /** The number of its id among those that were asked for; -1 for one that only others are made of. */
  readonly order: number;
  readonly type: ObjectType;
  /** Only until the visit is over. */
  readonly bytes: Buffer;
  /** What a visit gave for the object that it is made of, and how it is made of it; absent for one that is stored whole. */
  readonly base?: { readonly known: Known; readonly edit: DeltaEdit };
}

/**
 * Takes an object and gives what is to be known of it with those that are made of it. Of each pack the trees come behind
 * everything else.
 */
export type VisitPacked<Known> = (object: PackedObject<Known>) => Known;

// Larger objects are git's.
const mostObjectBytes = 2 * 1024 * 1024;
const mostHeldBytes = 24 * 1024 * 1024;
export const unpackerSizes = { deltaBytes: mostObjectBytes, objectBytes: mostHeldBytes };
const pauseBytes = 4 * 1024 * 1024;

/** What of a pack is walked over, by the position of each object. */
export interface WalkedPack {
  readonly pack: PackFile;
  readonly hashBytes: number;
  /** Where each object begins, and where the last one ends. */
  readonly offsets: Float64Array;
  readonly tree: DeltaTree;
  /** Whether an object is asked for, or another one that is made of it. */
  readonly needed: Uint8Array;
  /** The number of an object's id and one more; zero where it is not asked for. */
  readonly wanted: Uint32Array;
}

/** A walk of one thread. */
export interface Walk<Known> extends WalkedPack {
  readonly unpacker: Unpacker;
  readonly visit: VisitPacked<Known>;
  /** Is told of each object that was visited. */
  readonly onRead: (position: number) => void;
}

interface Held<Known> {
  readonly position: number;
  readonly type: ObjectType;
  readonly start: number;
  readonly end: number;
  readonly known: Known;
  nextChild: number;
}

/** Marks the objects that are asked for, and all that these are made of. */
export function markNeeded(needed: Uint8Array, wanted: Uint32Array, { bases }: DeltaTree): void {
  for (let position = 0; position < needed.length; position += 1) {
    if (wanted[position] === 0) continue;
    for (let at = position; at >= 0 && needed[at] === 0; at = bases[at] ?? -1) needed[at] = 1;
  }
}

/** Walks over the objects from one position to another that are stored whole, trees or others, and all that is made of these. */
export async function walkRoots<Known>(
  walk: Walk<Known>,
  { from, end, isTree }: { readonly from: number; readonly end: number; readonly isTree: boolean },
): Promise<void> {
  const { tree, needed } = walk;
  // What is made of an object is done before the next one, so that the memory is a stack.
  const stack: Held<Known>[] = [];
  let sincePause = 0;
  const enter = (position: number): void => {
    const held = readHeld(walk, position, stack.at(-1));
    if (held === null) return;
    sincePause += held.end - held.start;
    if (held.nextChild !== -1) stack.push(held);
  };
  for (let root = from; root < end; root += 1) {
    if (tree.bases[root] !== -1 || needed[root] !== 1 || (tree.wholeTrees[root] === 1) !== isTree) continue;
    enter(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const child = top.nextChild;
      if (child === -1) stack.pop();
      else {
        top.nextChild = tree.nextSibling[child] ?? -1;
        if (needed[child] === 1) enter(child);
      }
      if (sincePause < pauseBytes) continue;
      sincePause = 0;
      await new Promise(setImmediate);
    }
  }
}

function readHeld<Known>(
  walk: Walk<Known>,
  position: number,
  base: Held<Known> | undefined,
): Held<Known> | null {
  const { pack, offsets, tree, wanted, hashBytes, visit, unpacker } = walk;
  const offset = offsets[position] ?? -1;
  const sizeBytes = (offsets[position + 1] ?? 0) - offset;
  const start = unlessUnreadable(() => pack.read(offset, sizeBytes)) ?? -1;
  if (start === -1) return null;
  const end = start + sizeBytes;
  const entry = readPackEntry(unpacker.memory, start, end, { offset, hashBytes });
  if (entry === null || entry.sizeBytes > mostObjectBytes) return null;
  const packed = { start: start + entry.headBytes, end };
  const made =
    base === undefined
      ? putWhole(unpacker, packed, entry.sizeBytes)
      : makeOf(unpacker, base, packed, entry.sizeBytes);
  const type = base === undefined ? entry.type : base.type;
  if (made === null || type === null) return null;
  const number = wanted[position] ?? 0;
  const known = visit({
    order: number - 1,
    type,
    bytes: unpacker.memory.subarray(made.start, made.end),
    ...(base === undefined || made.edit === null ? {} : { base: { known: base.known, edit: made.edit } }),
  });
  walk.onRead(position);
  const nextChild = tree.firstChild[position] ?? -1;
  return { position, type, start: made.start, end: made.end, known, nextChild };
}

interface Made extends Range {
  readonly edit: DeltaEdit | null;
}

function putWhole({ objects, inflate }: Unpacker, packed: Range, sizeBytes: number): Made | null {
  const { start } = objects;
  const end = start + sizeBytes;
  return inflate(packed, { start, end }) ? { start, end, edit: null } : null;
}

function makeOf(unpacker: Unpacker, base: Range, packed: Range, sizeBytes: number): Made | null {
  const { memory, delta, objects, inflate, applyDelta } = unpacker;
  const deltaEnd = delta.start + sizeBytes;
  if (!inflate(packed, { start: delta.start, end: deltaEnd })) return null;
  const head = readDeltaHead(memory, delta.start, deltaEnd);
  if (head === null || head.baseBytes !== base.end - base.start) return null;
  const { end: start } = base;
  const end = start + head.resultBytes;
  if (head.resultBytes > mostObjectBytes || end > objects.end) return null;
  const edit = applyDelta(base, { start: head.at, end: deltaEnd }, { start, end });
  return edit === null ? null : { start, end, edit };
}
