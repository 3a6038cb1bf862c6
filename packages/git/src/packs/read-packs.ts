import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { mostKeptIds } from "../objects/kept-reader.ts";
import type { IdList } from "../objects/id-list.ts";
import type { Repository } from "../repository.ts";
import { allocateOwn, allocateShared, type Allocate } from "./allocate.ts";
import { openPackFile, type PackFile } from "./pack-file.ts";
import { readPackIndex, type PackIndex } from "./pack-index.ts";
import { layOutPack, readDeltaTree, type DeltaTree, type PackLayout } from "./pack-layout.ts";
import { sharePack, takeRanges, type PackSharing } from "./shared-pack.ts";
import { unlessUnreadable } from "./unless-unreadable.ts";
import { makeUnpacker, type Unpacker } from "./unpacker.ts";
import { markNeeded, unpackerSizes, walkRoots, type VisitPacked, type Walk } from "./walk-pack.ts";

/** Gives the fewest objects that an index of this size can be of. */
function fewestIn(sizeBytes: number, hashBytes: number): number {
  return (sizeBytes - 2048) / (hashBytes + 8 + bytesOfLargeOffset);
}

// Packs of more are git's.
const mostObjects = 1_000_000;
/** To find out what is made of what, all of a pack is looked at. */
const leastShare = 0.2;
const bytesOfLargeOffset = 8;

/**
 * Reads objects from the packs of a repository, each base before what is made of it and unpacked once: git unpacks some of
 * them many times. Gives the numbers of the ids that are not in a pack, or that only git can read or judge; their order is
 * that of the ids.
 *
 * @param ids each once
 * @param sharing has other threads read large packs too: `visit` is told of nothing that these read
 */
export async function readPackedObjects<Known>(
  repository: Repository,
  ids: Pick<IdList, "count" | "bytes">,
  visit: VisitPacked<Known>,
  sharing?: PackSharing,
): Promise<readonly number[]> {
  // The git that is kept for a mirror reads them before the memory to unpack them with is there, which is collected after each use.
  if (repository.keepsReader === true && ids.count <= mostKeptIds)
    return Array.from({ length: ids.count }, (_, order) => order);
  const hashBytes = repository.objectFormat === "sha256" ? 32 : 20;
  let left: readonly number[] = Array.from({ length: ids.count }, (_, order) => order);
  await withUnpacker(async (unpackWith) => {
    for (const name of listIndexes(repository)) {
      if (left.length === 0) break;
      left = await readPack(name, { ids: ids.bytes, hashBytes, left, visit, unpackWith, sharing });
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
        const { count, offsets } = layout;
        const allocate = allocateOwn;
        const tree = await readDeltaTree(pack, layout, { memory: unpacker.memory, hashBytes, allocate });
        if (tree === null) continue;
        const wanted = findTrees(layout, tree);
        const needed = new Uint8Array(count);
        markNeeded(needed, wanted, tree);
        const take: VisitPacked<null> = ({ order, bytes }) => {
          visit(layout.idAt(order), bytes);
          return null;
        };
        const walk = {
          pack,
          hashBytes,
          offsets,
          tree,
          needed,
          wanted,
          unpacker,
          visit: take,
          onRead: () => {},
        };
        await walkRoots(walk, { from: 0, end: count, isTree: true });
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
    return last ?? makeUnpacker(unpackerSizes);
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
  readonly sharing?: PackSharing | undefined;
}

async function readPack<Known>(indexPath: string, asked: Asked<Known>): Promise<readonly number[]> {
  const { ids, hashBytes, left, visit } = asked;
  const opened = openPack(indexPath, { ...asked, wantedCount: left.length });
  if (opened === null) return left;
  const { pack, layout, unpacker, allocate } = opened;
  try {
    const { count, offsets } = layout;
    const wanted = new Uint32Array(allocate(4 * count));
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
    if (wantedCount < count * leastShare) return left;
    const tree = await readDeltaTree(pack, layout, { memory: unpacker.memory, hashBytes, allocate });
    if (tree === null) return left;
    const needed = new Uint8Array(allocate(count));
    markNeeded(needed, wanted, tree);
    const onRead = (position: number): void => void (wanted[position] = 0);
    const walk = { pack, hashBytes, offsets, tree, needed, wanted, unpacker, visit, onRead };
    if (opened.isShared && asked.sharing !== undefined) await readBeside(walk, opened, asked.sharing);
    else await walkRoots(walk, { from: 0, end: count, isTree: false });
    // Trees come last, so that whoever looks at them knows what the blobs hold.
    await walkRoots(walk, { from: 0, end: count, isTree: true });
    for (const number of wanted) if (number > 0) others.push(number - 1);
    return others.sort((one, other) => one - other);
  } finally {
    pack.close();
  }
}

/** Reads all but the trees together with other threads. */
async function readBeside<Known>(
  walk: Walk<Known>,
  { path, index }: Pick<OpenedPack, "path" | "index">,
  sharing: PackSharing,
): Promise<void> {
  const { wanted } = walk;
  const shared = sharePack(walk, path, index);
  const readers = sharing.start(shared);
  try {
    for (const range of takeRanges(shared)) {
      await walkRoots(walk, range);
      // What others have read waits to be taken.
      await setImmediate();
    }
    await readers.ended;
  } finally {
    readers.stop();
  }
  // What one that failed had taken is still wanted, and left to git.
  for (const [position, number] of wanted.entries())
    if (number > 0 && readers.hasRead(number - 1)) wanted[position] = 0;
}

interface OpenedPack {
  readonly path: string;
  readonly pack: PackFile;
  readonly index: PackIndex;
  readonly layout: PackLayout;
  readonly unpacker: Unpacker;
  readonly isShared: boolean;
  readonly allocate: Allocate;
}

function openPack(
  indexPath: string,
  asked: Pick<Asked<never>, "hashBytes" | "unpackWith" | "sharing"> & { readonly wantedCount: number },
): OpenedPack | null {
  const { hashBytes, wantedCount, unpackWith, sharing } = asked;
  return unlessUnreadable(() => {
    // Of a few objects in a large pack git is asked, and the index need not be read for that.
    if (wantedCount < fewestIn(statSync(indexPath).size, hashBytes) * leastShare) return null;
    const index = readPackIndex(indexPath, hashBytes, mostObjects);
    if (index === null || wantedCount < index.count * leastShare) return null;
    const unpacker = unpackWith();
    if (unpacker === null) return null;
    const memory = { bytes: unpacker.memory, window: unpacker.window, piece: unpacker.piece };
    const path = indexPath.replace(/\.idx$/u, ".pack");
    const pack = openPackFile(path, memory, index);
    if (pack === null) return null;
    const isShared = sharing !== undefined && pack.sizeBytes >= sharing.fromBytes;
    const allocate = isShared ? allocateShared : allocateOwn;
    const layout = layOutPack(index, pack.sizeBytes, hashBytes, allocate);
    if (layout !== null) return { path, pack, index, layout, unpacker, isShared, allocate };
    pack.close();
    return null;
  });
}
