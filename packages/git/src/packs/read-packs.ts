import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ObjectType } from "../objects/git-object.ts";
import type { Repository } from "../repository.ts";
import { readDeltaHead } from "./delta-head.ts";
import { mostKeptIds } from "../objects/kept-reader.ts";
import { openPackFile, readPackEntry, type PackFile } from "./pack-file.ts";
import { readPackIndex } from "./pack-index.ts";
import { unlessUnreadable } from "./unless-unreadable.ts";
import { makeUnpacker, type DeltaEdit, type Range, type Unpacker } from "./unpacker.ts";
import { layOutPack, readDeltaTree, type DeltaTree, type PackLayout } from "./pack-layout.ts";

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

/** Gives the fewest objects that an index of this size can be of. */
function fewestIn(sizeBytes: number, hashBytes: number): number {
  return (sizeBytes - 2048) / (hashBytes + 8 + bytesOfLargeOffset);
}

/**
 * Takes an object and gives what is to be known of it with those that are made of it. Of each pack the trees come behind
 * everything else.
 */
export type VisitPacked<Known> = (object: PackedObject<Known>) => Known;

// Larger objects, and packs of more, are git's.
const mostObjectBytes = 2 * 1024 * 1024;
const mostHeldBytes = 24 * 1024 * 1024;
const mostObjects = 500_000;
/** To find out what is made of what, all of a pack is looked at. */
const leastShare = 0.2;
const bytesOfLargeOffset = 8;
const pauseBytes = 4 * 1024 * 1024;

/**
 * Reads objects from the packs of a repository, each base before what is made of it and unpacked once: git unpacks some of
 * them many times. Gives the numbers of the ids that are not in a pack, or that only git can read or judge; their order is
 * that of the ids.
 *
 * @param ids full and each once
 */
export async function readPackedObjects<Known>(
  repository: Repository,
  ids: readonly string[],
  visit: VisitPacked<Known>,
): Promise<readonly number[]> {
  // The git that is kept for a mirror reads them before the memory to unpack them with is there, which is collected after each use.
  if (repository.keepsReader === true && ids.length <= mostKeptIds) return Array.from(ids.keys());
  const hashBytes = repository.objectFormat === "sha256" ? 32 : 20;
  const asked = Buffer.from(ids.join(""), "hex");
  let left: readonly number[] = Array.from(ids.keys());
  await withUnpacker(async (unpackWith) => {
    for (const name of listIndexes(repository)) {
      if (left.length === 0) break;
      left = await readPack(name, { ids: asked, hashBytes, left, visit, unpackWith });
    }
  });
  return left;
}

/**
 * Reads all trees of those packs of a repository that are read by ourselves, each as its pack holds it, a base before what is
 * made of it. Gives whether there was a pack; a tree that cannot be unpacked is left out.
 */
export async function readPackedTrees(
  repository: Repository,
  visit: (id: Buffer, tree: Buffer) => void,
): Promise<boolean> {
  const hashBytes = repository.objectFormat === "sha256" ? 32 : 20;
  let isAnyRead = false;
  await withUnpacker(async (unpackWith) => {
    for (const name of listIndexes(repository)) {
      const opened = openPack(name, { hashBytes, wantedCount: Infinity, unpackWith });
      if (opened === null) continue;
      const { pack, layout, unpacker } = opened;
      try {
        const tree = await readDeltaTree(pack, layout, { memory: unpacker.memory, hashBytes });
        if (tree === null) continue;
        const wanted = findTrees(layout, tree);
        const take: VisitPacked<null> = ({ order, bytes }) => {
          visit(layout.idAt(order), bytes);
          return null;
        };
        await walkPack({ pack, layout, wanted, hashBytes, visit: take, tree, unpacker });
        isAnyRead = true;
      } finally {
        pack.close();
      }
    }
  });
  return isAnyRead;
}

/** Gives, by position, that of each tree of a pack and one more; zero for other objects. */
function findTrees({ count }: PackLayout, { wholeTrees, firstChild, nextSibling }: DeltaTree): Uint32Array {
  const trees = new Uint32Array(count);
  const open: number[] = [];
  for (let root = 0; root < count; root += 1) {
    if (wholeTrees[root] !== 1) continue;
    open.push(root);
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      trees[at] = at + 1;
      for (let child = firstChild[at] ?? -1; child !== -1; child = nextSibling[child] ?? -1) open.push(child);
    }
  }
  return trees;
}

/** What nobody unpacks with now: a second one would take its memory while this one waits to be collected. */
let spare: WeakRef<Unpacker> | undefined;

/** Lends an unpacker that is made when it is asked for: whoever reads a few objects needs none. */
async function withUnpacker(work: (unpackWith: () => Unpacker | null) => Promise<void>): Promise<void> {
  let unpacker: Unpacker | null | undefined;
  const take = (): Unpacker | null => {
    const last = spare?.deref();
    spare = undefined;
    return last ?? makeUnpacker({ deltaBytes: mostObjectBytes, objectBytes: mostHeldBytes });
  };
  try {
    await work(() => (unpacker ??= take()));
  } finally {
    if (unpacker) spare = new WeakRef(unpacker);
  }
}

function listIndexes({ env, commonDirectory }: Repository): readonly string[] {
  // Then git looks for objects elsewhere too, and may not look here.
  if (env["GIT_OBJECT_DIRECTORY"] || env["GIT_ALTERNATE_OBJECT_DIRECTORIES"]) return [];
  const folder = join(commonDirectory, "objects", "pack");
  try {
    return readdirSync(folder)
      .filter((name) => /^pack-[0-9a-f]+\.idx$/u.test(name))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

interface Asked<Known> {
  /** One behind the other. */
  readonly ids: Buffer;
  readonly hashBytes: number;
  readonly left: readonly number[];
  readonly visit: VisitPacked<Known>;
  /** Gives `null` where there can be none. */
  readonly unpackWith: () => Unpacker | null;
}

async function readPack<Known>(indexPath: string, asked: Asked<Known>): Promise<readonly number[]> {
  const { ids, hashBytes, left, visit } = asked;
  const opened = openPack(indexPath, { ...asked, wantedCount: left.length });
  if (opened === null) return left;
  const { pack, layout, unpacker } = opened;
  try {
    // The number of an id and one more; zero is nobody's.
    const wanted = new Uint32Array(layout.count);
    const others: number[] = [];
    let wantedCount = 0;
    for (const order of left) {
      const position = layout.positionOf(ids, order * hashBytes);
      if (position === -1 || wanted[position] !== 0) others.push(order);
      else {
        wanted[position] = order + 1;
        wantedCount += 1;
      }
    }
    if (wantedCount < layout.count * leastShare) return left;
    const tree = await readDeltaTree(pack, layout, { memory: unpacker.memory, hashBytes });
    if (tree === null) return left;
    await walkPack({ pack, layout, wanted, hashBytes, visit, tree, unpacker });
    for (const number of wanted) if (number > 0) others.push(number - 1);
    return others.sort((one, other) => one - other);
  } finally {
    pack.close();
  }
}

function openPack(
  indexPath: string,
  asked: Pick<Asked<never>, "hashBytes" | "unpackWith"> & { readonly wantedCount: number },
): { readonly pack: PackFile; readonly layout: PackLayout; readonly unpacker: Unpacker } | null {
  const { hashBytes, wantedCount, unpackWith } = asked;
  return unlessUnreadable(() => {
    // Of a few objects in a large pack git is asked, and the index need not be read for that.
    if (wantedCount < fewestIn(statSync(indexPath).size, hashBytes) * leastShare) return null;
    const index = readPackIndex(indexPath, hashBytes, mostObjects);
    if (index === null || wantedCount < index.count * leastShare) return null;
    const unpacker = unpackWith();
    if (unpacker === null) return null;
    const memory = { bytes: unpacker.memory, window: unpacker.window, piece: unpacker.piece };
    const pack = openPackFile(indexPath.replace(/\.idx$/u, ".pack"), memory, index);
    if (pack === null) return null;
    const layout = layOutPack(index, pack.sizeBytes, hashBytes);
    if (layout !== null) return { pack, layout, unpacker };
    pack.close();
    return null;
  });
}

interface Walk<Known> {
  readonly pack: PackFile;
  readonly layout: PackLayout;
  readonly tree: DeltaTree;
  /** Set to zero where an object was visited. */
  readonly wanted: Uint32Array;
  readonly hashBytes: number;
  readonly visit: VisitPacked<Known>;
  readonly unpacker: Unpacker;
}

interface Held<Known> {
  readonly position: number;
  readonly type: ObjectType;
  readonly start: number;
  readonly end: number;
  readonly known: Known;
  nextChild: number;
}

async function walkPack<Known>(walk: Walk<Known>): Promise<void> {
  const { layout, tree } = walk;
  const needed = findNeeded(walk);
  // What is made of an object is done before the next one, so that the memory is a stack.
  const stack: Held<Known>[] = [];
  let sincePause = 0;
  const enter = (position: number): void => {
    const held = readHeld(walk, position, stack.at(-1));
    if (held === null) return;
    sincePause += held.end - held.start;
    if (held.nextChild !== -1) stack.push(held);
  };
  const isWhole = (root: number, isTree: number): boolean =>
    tree.bases[root] === -1 && needed[root] === 1 && tree.wholeTrees[root] === isTree;
  for (let index = 0; index < 2 * layout.count; index += 1) {
    const root = index % layout.count;
    // Trees come last, so that whoever looks at them knows what the blobs hold.
    if (!isWhole(root, index < layout.count ? 0 : 1)) continue;
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

/** Marks the objects that are asked for, and all that these are made of. */
function findNeeded<Known>({ layout, tree, wanted }: Walk<Known>): Uint8Array {
  const needed = new Uint8Array(layout.count);
  for (let position = 0; position < layout.count; position += 1) {
    if (wanted[position] === 0) continue;
    for (let at = position; at >= 0 && needed[at] === 0; at = tree.bases[at] ?? -1) needed[at] = 1;
  }
  return needed;
}

function readHeld<Known>(
  walk: Walk<Known>,
  position: number,
  base: Held<Known> | undefined,
): Held<Known> | null {
  const { pack, layout, tree, wanted, hashBytes, visit, unpacker } = walk;
  const offset = layout.offsetAt(position);
  const sizeBytes = layout.sizeAt(position);
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
  wanted[position] = 0;
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
