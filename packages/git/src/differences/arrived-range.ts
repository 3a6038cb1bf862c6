import type { ObjectRange } from "../objects/object-range.ts";
import type { Repository } from "../repository.ts";
import type { TreeEntry } from "../read-tree.ts";
import { isFolder, makeKeptTrees, NotKept } from "./kept-trees.ts";
import type { CommitLinks, KeptTrees } from "./kept-trees.ts";

/**
 * Lists the objects of a range of what has just arrived in a mirror, as `git rev-list --objects-edge-aggressive` does but in no
 * order, without starting it; `null` where only git can tell.
 *
 * Nothing that was there before leads to what arrived, so a walk from the tips ends where it leaves it.
 */
export async function listArrivedIds(
  repository: Repository,
  range: ObjectRange,
): Promise<readonly string[] | null> {
  return unlessNotKept(async () => {
    const walk = await walkArrived(repository, range);
    return walk === null || !walk.endsAtExcluded ? null : listObjects(walk);
  });
}

/** Tells which commits and tags are within such a range; `null` where only git can tell. */
export async function listArrivedWithin(
  repository: Repository,
  ids: readonly string[],
  range: ObjectRange,
): Promise<ReadonlySet<string> | null> {
  return unlessNotKept(async () => {
    const walk = await walkArrived(repository, range);
    if (walk === null) return null;
    // Of what was there before, all that the range could have lies behind where the walk ends.
    const isTold = walk.endsAtExcluded || ids.every((id) => walk.isArrived(id));
    return isTold ? new Set(ids.filter((id) => walk.inRange.has(id))) : null;
  });
}

interface ArrivedWalk {
  readonly inRange: ReadonlyMap<string, CommitLinks>;
  readonly outOfRange: ReadonlyMap<string, CommitLinks>;
  /** Commits that arrived, are named, as included or excluded, and are out of the range. */
  readonly excluded: readonly string[];
  /** Whether each commit of before that the range is built on is named as excluded itself. */
  readonly endsAtExcluded: boolean;
  readonly isArrived: (id: string) => boolean;
  readonly reader: KeptTrees;
}

const readers = new WeakMap<Repository, KeptTrees>();

async function walkArrived(
  repository: Repository,
  { include, exclude, everything }: ObjectRange,
): Promise<ArrivedWalk | null> {
  const { arrived } = repository;
  if (arrived === undefined || everything === true) return null;
  const isArrived = (id: string): boolean => arrived.ids.has(id);
  if (!include.every(isArrived)) return null;
  const reader = readers.get(repository) ?? makeKeptTrees(repository);
  readers.set(repository, reader);
  const excluded = exclude.filter(isArrived);
  const outOfRange = await walkFrom(reader, excluded, isArrived, () => false);
  const inRange = await walkFrom(reader, include, isArrived, (id) => outOfRange.has(id));
  const named = new Set(exclude);
  const endsAtExcluded = [...inRange.values()].every(({ parents }) =>
    parents.every((id) => isArrived(id) || named.has(id)),
  );
  const namedOutside = [...excluded, ...include.filter((id) => outOfRange.has(id))];
  return { inRange, outOfRange, excluded: namedOutside, endsAtExcluded, isArrived, reader };
}

/** Gives the commits that arrived and that these reach. @throws {@link NotKept} also for a tag */
async function walkFrom(
  reader: KeptTrees,
  tips: readonly string[],
  isArrived: (id: string) => boolean,
  isLeftOut: (id: string) => boolean,
): Promise<ReadonlyMap<string, CommitLinks>> {
  const found = new Map<string, CommitLinks>();
  for (let next = new Set(tips); next.size > 0;) {
    const ids = [...next].filter((id) => isArrived(id) && !isLeftOut(id) && !found.has(id));
    const links = await reader.readCommits(ids);
    next = new Set();
    for (const id of ids) {
      const commit = links.get(id);
      if (commit === undefined) throw new NotKept("a tag leads to more than commits");
      found.set(id, commit);
      for (const parent of commit.parents) next.add(parent);
    }
  }
  return found;
}

interface Folder {
  readonly id: string;
  /** What the commits that this one is built on have at its place. */
  readonly before: readonly string[];
}

async function listObjects(walk: ArrivedWalk): Promise<readonly string[] | null> {
  const { inRange, outOfRange, isArrived, reader } = walk;
  const known = await listHeldOutside(walk);
  const listed = new Set(inRange.keys());
  const parents = [...inRange.values()].flatMap((commit) => commit.parents);
  const older = await reader.readCommits([...new Set(parents)]);
  const treeOf = (id: string): string => {
    const links = inRange.get(id) ?? outOfRange.get(id) ?? older.get(id);
    if (links === undefined) throw new NotKept("a commit is not here");
    return links.tree;
  };
  let level: readonly Folder[] = [...inRange.values()].map((commit) => ({
    id: commit.tree,
    before: commit.parents.map(treeOf),
  }));
  // All folders of one depth are read at once.
  while (level.length > 0) {
    const changed = level.filter(({ id, before }) => !before.includes(id) && !known.has(id));
    // One that was there before and is not where it was: whether the range has it, git knows.
    if (changed.some(({ id }) => !isArrived(id))) return null;
    const fresh = changed.filter(({ id }) => !listed.has(id) && listed.add(id));
    const trees = await reader.read(fresh.flatMap(({ id, before }) => [id, ...before]));
    const below: Folder[] = [];
    for (const { id, before } of fresh) {
      const sides = before.map((one) => byName(trees.get(one) ?? []));
      for (const entry of trees.get(id) ?? []) {
        const same = sides.flatMap((side) => side.get(nameOf(entry)) ?? []);
        if (isSubmodule(entry) || same.some((one) => one.id === entry.id)) continue;
        if (isFolder(entry)) below.push({ id: entry.id, before: same.filter(isFolder).map((one) => one.id) });
        else if (!isArrived(entry.id)) return null;
        else if (!known.has(entry.id)) listed.add(entry.id);
      }
    }
    level = below;
  }
  return [...listed];
}

/** Lists what arrived and lies in the trees that git leaves out: those of tips out of the range, and of commits that it is built on. */
async function listHeldOutside(walk: ArrivedWalk): Promise<ReadonlySet<string>> {
  const { inRange, outOfRange, excluded, isArrived, reader } = walk;
  const edges = [...inRange.values()].flatMap(({ parents }) => parents.filter((id) => outOfRange.has(id)));
  const commits = [...new Set([...excluded, ...edges])];
  const held = new Set<string>();
  for (let level = commits.flatMap((id) => outOfRange.get(id)?.tree ?? []); level.length > 0;) {
    const fresh = level.filter((id) => isArrived(id) && !held.has(id) && held.add(id));
    const trees = await reader.read(fresh);
    const entries = fresh.flatMap((id) => trees.get(id) ?? []);
    level = entries.filter(isFolder).map(({ id }) => id);
    for (const entry of entries) if (!isFolder(entry) && isArrived(entry.id)) held.add(entry.id);
  }
  return held;
}

const nameOf = ({ name }: TreeEntry): string => name.toString("latin1");
const byName = (entries: readonly TreeEntry[]): ReadonlyMap<string, TreeEntry> =>
  new Map(entries.map((entry) => [nameOf(entry), entry]));
const isSubmodule = ({ mode }: TreeEntry): boolean => mode === "160000";

async function unlessNotKept<T>(work: () => Promise<T | null>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NotKept) return null;
    throw error;
  }
}
