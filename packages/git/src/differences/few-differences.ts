import { askKept } from "../objects/kept-reader.ts";
import { rememberedIds } from "../objects/remembered-lists.ts";
import type { ObjectRange } from "../objects/object-range.ts";
import type { TreeEntry } from "../read-tree.ts";
import type { Repository } from "../repository.ts";
import { isFolder, NotKept } from "./kept-trees.ts";
import type { KeptTrees } from "./kept-trees.ts";

/** What one commit changes at a path, beside one of its parents. */
export interface FewDifference {
  readonly oldId: string | null;
  readonly newId: string | null;
  readonly path: Buffer;
}

export interface FewRecord {
  /** The commit. */
  readonly header: string;
  readonly difference: FewDifference;
}

/**
 * Lists what each commit of a range changes, as `walkDifferences` does but in no order, where the range was listed a moment
 * ago, is small, and a git is kept that reads its trees: without starting one. `null` otherwise.
 */
export async function listFewDifferences(
  repository: Repository,
  range: ObjectRange,
  trees: KeptTrees,
): Promise<readonly FewRecord[] | null> {
  const ids = rememberedIds(repository, range);
  if (ids === null || repository.keepsReader !== true) return null;
  try {
    const types = await askKept(repository, "info", ids);
    if (types === null || types.includes(null)) return null;
    const commits = types.flatMap((one) => (one?.type === "commit" ? [one.id] : []));
    return await compareAll(commits, trees);
  } catch (error) {
    if (error instanceof NotKept) return null;
    throw error;
  }
}

interface Pair {
  readonly of: FewRecord[];
  readonly commit: string;
  readonly folder: Buffer;
  readonly before: string | null;
  readonly after: string | null;
}

async function compareAll(commits: readonly string[], trees: KeptTrees): Promise<readonly FewRecord[]> {
  const links = await trees.readCommits(commits);
  await trees.readCommits([...new Set(commits.flatMap((id) => links.get(id)?.parents ?? []))]);
  const treeOf = (id: string): string => {
    const tree = links.get(id)?.tree;
    if (tree === undefined) throw new NotKept("a commit is not here");
    return tree;
  };
  const byCommit = new Map<string, FewRecord[]>(commits.map((id) => [id, []]));
  let pairs: readonly Pair[] = [...byCommit].flatMap(([commit, of]) => {
    const { parents = [] } = links.get(commit) ?? {};
    const sides = parents.length === 0 ? [null] : parents.map(treeOf);
    return sides.map((before) => ({ of, commit, folder: Buffer.alloc(0), before, after: treeOf(commit) }));
  });
  // All folders of one depth are asked for at once.
  while (pairs.length > 0) {
    const differing = pairs.filter(({ before, after }) => before !== after);
    const read = await trees.read(differing.flatMap(({ before, after }) => [before, after]).filter(isNamed));
    const entriesOf = (id: string | null) => (id === null ? [] : (read.get(id) ?? []));
    pairs = differing.flatMap((pair) => compare(pair, entriesOf(pair.before), entriesOf(pair.after)));
  }
  return [...byCommit.values()].flat();
}

const isNamed = (id: string | null): id is string => id !== null;

/** Adds the files that differ, and gives the folders that do. */
function compare(
  { of, commit, folder }: Pair,
  before: readonly TreeEntry[],
  after: readonly TreeEntry[],
): readonly Pair[] {
  const folders: Pair[] = [];
  const byName = (entries: readonly TreeEntry[]) =>
    new Map(entries.map((entry) => [entry.name.toString("latin1"), entry]));
  const [old, now] = [byName(before), byName(after)];
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const [one, other] = [old.get(name), now.get(name)];
    if (one?.id === other?.id && one?.mode === other?.mode) continue;
    const bytes = Buffer.from(name, "latin1");
    const path = folder.length === 0 ? bytes : Buffer.concat([folder, slash, bytes]);
    const folderId = (entry: TreeEntry | undefined) => (entry && isFolder(entry) ? entry.id : null);
    const fileId = (entry: TreeEntry | undefined) => (entry && !isFolder(entry) ? entry.id : null);
    if (folderId(one) !== null || folderId(other) !== null)
      folders.push({ of, commit, folder: path, before: folderId(one), after: folderId(other) });
    const [oldId, newId] = [fileId(one), fileId(other)];
    if (oldId !== null || newId !== null) of.push({ header: commit, difference: { oldId, newId, path } });
  }
  return folders;
}

const slash = Buffer.from("/");
