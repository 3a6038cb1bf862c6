import { isObjectId } from "../object-id.ts";
import { askKept } from "../objects/kept-reader.ts";
import { readTree } from "../read-tree.ts";
import type { TreeEntry } from "../read-tree.ts";
import type { Repository } from "../repository.ts";

/** Reads trees and what commits lead to through the git that is kept for a mirror, each once. */
export interface KeptTrees {
  /** Gives the entries of each tree. @throws {@link NotKept} */
  read(ids: Iterable<string>): Promise<ReadonlyMap<string, readonly TreeEntry[]>>;
  /** Gives what each of these commits leads to; a tag is absent. @throws {@link NotKept} */
  readCommits(ids: readonly string[]): Promise<ReadonlyMap<string, CommitLinks>>;
}

export interface CommitLinks {
  readonly tree: string;
  readonly parents: readonly string[];
}

/** Says that no git is kept here, or that it cannot answer: git has to be asked in another way. */
export class NotKept extends Error {
  override readonly name = "NotKept";
}

/** More than these take as long as a process does that reads them all. */
const mostTrees = 2_000;
const mostBytes = 4 * 1024 * 1024;

export function makeKeptTrees(repository: Repository): KeptTrees {
  const trees = new Map<string, readonly TreeEntry[]>();
  const commits = new Map<string, CommitLinks>();
  let heldBytes = 0;
  const contentsOf = async (ids: readonly string[]) => {
    const answers = await askKept(repository, "contents", ids);
    if (answers === null) throw new NotKept("no git is kept that can answer");
    return answers;
  };
  return {
    async read(ids) {
      const unread = [...new Set(ids)].filter((id) => !trees.has(id));
      if (trees.size + unread.length > mostTrees) throw new NotKept("too many trees");
      for (const tree of await contentsOf(unread)) {
        if (tree?.type !== "tree") throw new NotKept("a tree is not here");
        heldBytes += tree.sizeBytes;
        if (heldBytes > mostBytes) throw new NotKept("too much to hold");
        trees.set(tree.id, readTree(tree.id, tree.bytes, repository.objectFormat));
      }
      return trees;
    },
    async readCommits(ids) {
      const unread = ids.filter((id) => !commits.has(id));
      for (const commit of await contentsOf(unread)) {
        if (commit === null) throw new NotKept("a commit is not here");
        if (commit.type === "commit") commits.set(commit.id, linksOf(commit.bytes));
      }
      return commits;
    },
  };
}

function linksOf(bytes: Buffer): CommitLinks {
  const [head = ""] = bytes.toString("latin1").split("\n\n", 1);
  const tree = /^tree (?<id>[0-9a-f]+)$/mu.exec(head)?.groups?.["id"] ?? "";
  if (!isObjectId(tree)) throw new NotKept("a commit names no tree");
  return { tree, parents: [...head.matchAll(/^parent (?<id>[0-9a-f]+)$/gmu)].map(([line]) => line.slice(7)) };
}

export const isFolder = ({ mode }: Pick<TreeEntry, "mode">): boolean => /^0?40000$/u.test(mode);
