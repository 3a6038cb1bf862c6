import { GitError } from "../git-error.ts";
import { isObjectId } from "../object-id.ts";
import { revisionsOf } from "../objects/object-list.ts";
import type { ObjectRange } from "../objects/object-range.ts";
import { readObjects } from "../objects/read-objects.ts";
import { readPackedTrees } from "../packs/read-packs.ts";
import { runGit } from "../process.ts";
import { readTree } from "../read-tree.ts";
import type { TreeEntry } from "../read-tree.ts";
import type { Repository } from "../repository.ts";
import { isFolder } from "./kept-trees.ts";
import type { ObjectOrigin } from "./object-origin.ts";
import { makeTreeLinks, writtenMode } from "./tree-links.ts";
import type { TreeLinks } from "./tree-links.ts";

/** More trees than these beside the packs are git's. */
const mostOthers = 1_000;

/** Reads the trees of the packs for wanted blobs and names; `null` where there is no pack that is read by ourselves. */
export async function readTreeLinks(
  repository: Repository,
  ids: Iterable<string>,
  names: readonly Buffer[],
): Promise<TreeLinks | null> {
  const links = makeTreeLinks(repository.objectFormat === "sha256" ? 32 : 20, names);
  for (const id of ids) links.wantId(id);
  return (await readPackedTrees(repository, (id, tree) => links.add(id, tree))) ? links : null;
}

/**
 * Finds where wanted entries came in, as a walk over all differences of the range does: in a range that excludes nothing, a
 * path and blob come in with the first commit whose tree has both. `null` where that cannot be told of these trees.
 *
 * @throws {@link GitError} GIT_OBJECT_MISSING when the range is not complete here.
 */
export async function findNotedOrigins(
  repository: Repository,
  links: TreeLinks,
  range: ObjectRange,
): Promise<readonly ObjectOrigin[] | null> {
  const commits = await listCommitTrees(repository, range, links);
  if (!(await addMissing(repository, links)) || !links.settle()) return null;
  const wholeIds = links.entries.filter(isFolder).map(({ id }) => id);
  const whole = await readFolders(repository, wholeIds);
  if (whole === null) return null;
  const origins: ObjectOrigin[] = [];
  const seen = new Set<string>();
  const take = (commit: string, path: Buffer, entry: Pick<TreeEntry, "id" | "mode">): void => {
    const { id, mode } = entry;
    const occurrence = `${id} ${path.toString("latin1")}`;
    if (seen.has(occurrence)) return;
    seen.add(occurrence);
    if (!isFolder(entry)) origins.push({ id, path, mode: writtenMode(Number.parseInt(mode, 8)), commit });
    else
      for (const below of whole.get(id) ?? []) take(commit, Buffer.concat([path, slash, below.name]), below);
  };
  for (const { id: commit, tree } of commits) {
    if (!links.list(tree, (path, entry) => take(commit, path, entry))) return null;
  }
  return origins;
}

const slash = Buffer.from("/");

interface CommitTree {
  readonly id: string;
  /** By its number among the trees. */
  readonly tree: number;
}

/** Lists the commits of a range in the order in which a finding may come in, and asks for their trees. */
async function listCommitTrees(
  repository: Repository,
  range: ObjectRange,
  links: TreeLinks,
): Promise<readonly CommitTree[]> {
  const revisions = await revisionsOf(repository, range);
  if (revisions === null) return [];
  const output = await runGit(
    repository,
    ["rev-list", "--reverse", "--date-order", "--format=%T", ...revisions.args],
    "look up where objects came in",
    revisions.input,
  );
  // Of each commit two lines: `commit` and its id, and the id of its tree. All of it as one string would be held twice.
  const idSize = repository.objectFormat === "sha256" ? 64 : 40;
  const headSize = "commit ".length;
  const commits: CommitTree[] = [];
  for (let at = 0; at < output.length; at += headSize + 2 * idSize + 2) {
    const id = output.toString("latin1", at + headSize, at + headSize + idSize);
    const treeAt = at + headSize + idSize + 1;
    const tree = output.toString("latin1", treeAt, treeAt + idSize);
    if (!isObjectId(id) || !isObjectId(tree))
      throw new GitError("GIT_BAD_OUTPUT", "git listed a commit without its tree");
    commits.push({ id, tree: links.require(Buffer.from(tree, "hex")) });
  }
  return commits;
}

/** Adds the trees that are in no pack; false where they are many, or cannot be read. */
async function addMissing(repository: Repository, links: TreeLinks): Promise<boolean> {
  for (let left = mostOthers; ;) {
    const missing = links.listMissing(left + 1);
    if (missing.length === 0) return true;
    left -= missing.length;
    const trees = left < 0 ? null : await readTrees(repository, missing);
    if (trees === null) return false;
    for (const [id, bytes] of trees) links.add(Buffer.from(id, "hex"), bytes);
  }
}

/** Reads folders and all folders in them; `null` where they are many, or cannot be read. */
async function readFolders(
  repository: Repository,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly TreeEntry[]> | null> {
  const folders = new Map<string, readonly TreeEntry[]>();
  for (let level = ids; ;) {
    const unread = [...new Set(level)].filter((id) => !folders.has(id));
    if (unread.length === 0) return folders;
    if (folders.size + unread.length > mostOthers) return null;
    const trees = await readTrees(repository, unread);
    if (trees === null) return null;
    const below: string[] = [];
    for (const [id, bytes] of trees) {
      const entries = unlessBroken(() => readTree(id, bytes, repository.objectFormat));
      if (entries === null) return null;
      folders.set(id, entries);
      for (const entry of entries) if (isFolder(entry)) below.push(entry.id);
    }
    level = below;
  }
}

function unlessBroken<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof GitError) return null;
    throw error;
  }
}

async function readTrees(
  repository: Repository,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Buffer> | null> {
  const trees = new Map<string, Buffer>();
  try {
    for await (const { id, type, bytes } of readObjects(repository, new Set(ids)))
      if (type === "tree") trees.set(id, bytes);
  } catch (error) {
    // git says itself what is missing or damaged, when it is asked for the differences.
    if (!(error instanceof GitError) || error.code === "GIT_MISSING") throw error;
    return null;
  }
  return trees.size === ids.length ? trees : null;
}
