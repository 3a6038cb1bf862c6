import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ObjectType } from "../objects/git-object.ts";
import { inflateAll } from "../objects/inflate-all.ts";
import type { Repository } from "../repository.ts";
import { applyDelta, readDeltaHead, type DeltaEdit } from "./delta.ts";
import { openPackFile, readPackEntry, type PackFile } from "./pack-file.ts";
import { readPackIndex } from "./pack-index.ts";
import { unlessUnreadable } from "./unless-unreadable.ts";
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

/** Takes an object and gives what is to be known of it with those that are made of it. */
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
  const { env, objectFormat, commonDirectory } = repository;
  const all = ids.map((_, order) => order);
  // Then git looks for objects elsewhere too, and may not look here.
  if (env["GIT_OBJECT_DIRECTORY"] || env["GIT_ALTERNATE_OBJECT_DIRECTORIES"]) return all;
  const hashBytes = objectFormat === "sha256" ? 32 : 20;
  let left: readonly number[] = all;
  for (const name of listIndexes(join(commonDirectory, "objects", "pack"))) {
    if (left.length === 0) break;
    left = await readPack(name, hashBytes, { ids, left, visit });
  }
  return left;
}

function listIndexes(folder: string): readonly string[] {
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
  readonly ids: readonly string[];
  readonly left: readonly number[];
  readonly visit: VisitPacked<Known>;
}

async function readPack<Known>(
  indexPath: string,
  hashBytes: number,
  { ids, left, visit }: Asked<Known>,
): Promise<readonly number[]> {
  const opened = openPack(indexPath, hashBytes, left.length);
  if (opened === null) return left;
  const { pack, layout } = opened;
  try {
    // The number of an id and one more; zero is nobody's.
    const wanted = new Uint32Array(layout.count);
    const others: number[] = [];
    let wantedCount = 0;
    for (const order of left) {
      const position = layout.positionOf(Buffer.from(ids[order] ?? "", "hex"));
      if (position === -1 || wanted[position] !== 0) others.push(order);
      else {
        wanted[position] = order + 1;
        wantedCount += 1;
      }
    }
    if (wantedCount < layout.count * leastShare) return left;
    const tree = await readDeltaTree(pack, layout, hashBytes);
    if (tree === null) return left;
    await walkPack({ pack, layout, wanted, hashBytes, visit, tree });
    for (const number of wanted) if (number > 0) others.push(number - 1);
    return others.sort((one, other) => one - other);
  } finally {
    pack.close();
  }
}

function openPack(
  indexPath: string,
  hashBytes: number,
  leftCount: number,
): { readonly pack: PackFile; readonly layout: PackLayout } | null {
  return unlessUnreadable(() => {
    // Of a few objects in a large pack git is asked, and the index need not be read for that.
    if (leftCount < fewestIn(statSync(indexPath).size, hashBytes) * leastShare) return null;
    const index = readPackIndex(indexPath, hashBytes, mostObjects);
    if (index === null || leftCount < index.count * leastShare) return null;
    const pack = openPackFile(indexPath.replace(/\.idx$/u, ".pack"), index.count, index.packChecksum);
    return pack === null ? null : { pack, layout: layOutPack(index, pack.sizeBytes, hashBytes) };
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
  const memory = Buffer.allocUnsafeSlow(mostHeldBytes);
  const stack: Held<Known>[] = [];
  let sincePause = 0;
  const enter = (position: number): void => {
    const held = readHeld(walk, position, memory, stack.at(-1));
    if (held === null) return;
    sincePause += held.end - held.start;
    if (held.nextChild !== -1) stack.push(held);
  };
  for (let root = 0; root < layout.count; root += 1) {
    if (tree.bases[root] !== -1 || needed[root] !== 1) continue;
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
  { pack, layout, tree, wanted, hashBytes, visit }: Walk<Known>,
  position: number,
  memory: Buffer,
  base: Held<Known> | undefined,
): Held<Known> | null {
  const offset = layout.offsetAt(position);
  const stored = unlessUnreadable(() => pack.read(offset, layout.sizeAt(position)));
  const entry = stored === null ? null : readPackEntry(stored, offset, hashBytes);
  if (stored === null || entry === null || entry.sizeBytes > mostObjectBytes) return null;
  const content = inflateWhole(stored.subarray(entry.headBytes), entry.sizeBytes);
  if (content === null) return null;
  const start = base === undefined ? 0 : base.end;
  const made =
    base === undefined
      ? putWhole(content, memory)
      : makeOf(memory.subarray(base.start, base.end), content, memory.subarray(start));
  const type = base === undefined ? entry.type : base.type;
  if (made === null || type === null) return null;
  const number = wanted[position] ?? 0;
  const known = visit({
    order: number - 1,
    type,
    bytes: made.bytes,
    ...(base === undefined || made.edit === null ? {} : { base: { known: base.known, edit: made.edit } }),
  });
  wanted[position] = 0;
  const nextChild = tree.firstChild[position] ?? -1;
  return { position, type, start, end: start + made.bytes.length, known, nextChild };
}

interface Made {
  readonly bytes: Buffer;
  readonly edit: DeltaEdit | null;
}

function putWhole(content: Buffer, memory: Buffer): Made | null {
  if (content.length > memory.length) return null;
  content.copy(memory);
  return { bytes: memory.subarray(0, content.length), edit: null };
}

function makeOf(base: Buffer, delta: Buffer, memory: Buffer): Made | null {
  const head = readDeltaHead(delta);
  if (head === null || head.baseBytes !== base.length) return null;
  if (head.resultBytes > mostObjectBytes || head.resultBytes > memory.length) return null;
  const bytes = memory.subarray(0, head.resultBytes);
  const edit = applyDelta(base, delta, head.at, bytes);
  return edit === null ? null : { bytes, edit };
}

/** Unpacks what is compressed; `null` unless that is all of it, and of this size. */
function inflateWhole(compressed: Buffer, sizeBytes: number): Buffer | null {
  return unlessUnreadable(() => {
    const buffer = inflateAll(compressed, sizeBytes + 1, Math.max(64, sizeBytes + 1));
    return buffer?.length === sizeBytes ? buffer : null;
  });
}
