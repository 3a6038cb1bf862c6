import { createHash } from "node:crypto";
import { GitError } from "../git-error.ts";
import { readCommits } from "../commits.ts";
import { isObjectId, requireObjectId } from "../object-id.ts";
import { revisionsOf } from "../objects/object-list.ts";
import type { ObjectRange } from "../objects/object-range.ts";
import { listArrivedWithin } from "./arrived-range.ts";
import { listFewDifferences } from "./few-differences.ts";
import { isFolder, makeKeptTrees, NotKept } from "./kept-trees.ts";
import type { KeptTrees } from "./kept-trees.ts";
import { walkDifferences } from "./walk-differences.ts";
import { runGit, startGit } from "../process.ts";
import type { Repository } from "../repository.ts";

/** What holds a label, such as the fingerprint of what was found there. */
export interface Holders {
  /** Labels by blob id. */
  readonly blobs: ReadonlyMap<string, readonly string[]>;
  /** Labels by the SHA-256 of a file's or folder's name, hex: a name may be what nobody should keep. */
  readonly names?: ReadonlyMap<string, readonly string[]>;
  /** Blobs of which nobody knows what they hold: any label may be in them. */
  readonly unread?: ReadonlySet<string>;
}

export interface Introduction {
  readonly label: string;
  readonly commit: string;
  /** Where the commit brings it in, bytes as git stores them; each path is an introduction of its own. */
  readonly path: Buffer;
  /** The blob there. */
  readonly id: string;
  /** False where a parent has something unread, which may hold the label too. */
  readonly isSure: boolean;
}

interface Candidate {
  readonly commit: string;
  /** By label, then by path as latin1. */
  readonly added: Map<string, Map<string, { readonly path: Buffer; readonly id: string }>>;
  readonly replaced: Set<string>;
}

/**
 * Lists the commits of a range that introduce a label: whose files or folders hold it, while those of no parent do. A commit
 * that moves, copies or edits a holder introduces nothing, nor does a merge of a branch that holds it; one that brings back
 * what was removed does.
 *
 * All holders that the parents have must be known. Costs a walk over the range's trees, and for each commit that adds a
 * holder one over its parents' trees.
 *
 * @throws {@link GitError} GIT_OBJECT_MISSING when the range is not complete here.
 */
export async function* listIntroductions(
  repository: Repository,
  holders: Holders,
  range: ObjectRange,
): AsyncGenerator<Introduction, void, undefined> {
  if (holders.blobs.size === 0 && (holders.names?.size ?? 0) === 0) return;
  const labelsOf = makeLabelsOf(holders);
  const trees = makeKeptTrees(repository);
  const parentLabels = makeTreeLabels(repository, labelsOf, trees);
  for await (const { commit, added, replaced } of listAdditions(repository, labelsOf, range, trees)) {
    const { parents = [] } = (await readCommits(repository, [commit])).get(commit) ?? {};
    // What a lone parent holds at the same path, or at one that is gone now, was there before.
    if (parents.length === 1) for (const label of replaced) added.delete(label);
    let isSure = true;
    for (const parent of parents) {
      if (added.size === 0) break;
      const held = await parentLabels(parent);
      for (const label of held) added.delete(label);
      if (held.has(anything)) isSure = false;
    }
    for (const [label, occurrences] of added)
      for (const { path, id } of occurrences.values()) yield { label, commit, path, id, isSure };
  }
}

async function* listAdditions(
  repository: Repository,
  labelsOf: LabelsOf,
  range: ObjectRange,
  trees: KeptTrees,
): AsyncGenerator<Candidate, void, undefined> {
  const differences =
    (await listFewDifferences(repository, range, trees)) ??
    walkDifferences(repository, range, {
      order: "--topo-order",
      doing: "look up which commits introduce what was found",
    });
  let current = emptyCandidate("");
  for await (const { header: commit, difference } of differences) {
    if (current.commit !== commit && current.added.size > 0) yield current;
    if (current.commit !== commit) current = emptyCandidate(commit);
    const { oldId, newId, path } = difference;
    if (oldId !== null) for (const label of labelsOf(oldId, path)) current.replaced.add(label);
    if (newId === null) continue;
    for (const label of labelsOf(newId, path)) {
      if (label === anything) continue;
      const occurrences = current.added.get(label) ?? new Map<string, { path: Buffer; id: string }>();
      current.added.set(
        label,
        occurrences.set(path.toString("latin1"), { path: Buffer.from(path), id: newId }),
      );
    }
  }
  if (current.added.size > 0) yield current;
}

const emptyCandidate = (commit: string): Candidate => ({ commit, added: new Map(), replaced: new Set() });

type LabelsOf = (id: string, path: Buffer) => readonly string[];

/** The label of what is unread; others are never empty. */
const anything = "";

function makeLabelsOf({ names = new Map(), unread = new Set(), ...holders }: Holders): LabelsOf {
  const blobs = new Map(holders.blobs);
  for (const id of unread) blobs.set(id, [...(blobs.get(id) ?? []), anything]);
  if (names.size === 0) return (id) => blobs.get(id) ?? [];
  // A repository has far fewer names than paths times commits.
  const known = new Map<string, readonly string[]>();
  const labelsOfName = (name: string): readonly string[] => {
    const labels =
      known.get(name) ?? names.get(createHash("sha256").update(name, "latin1").digest("hex")) ?? [];
    known.set(name, labels);
    return labels;
  };
  return (id, path) => [
    ...(blobs.get(id) ?? []),
    ...path.toString("latin1").split("/").flatMap(labelsOfName),
  ];
}

// The commits of a branch follow each other: a parent is asked for again soon or never.
const rememberedTrees = 16;

function makeTreeLabels(
  repository: Repository,
  labelsOf: LabelsOf,
  trees: KeptTrees,
): (commit: string) => Promise<ReadonlySet<string>> {
  const remembered = new Map<string, ReadonlySet<string>>();
  const few = makeFewLabels(trees, labelsOf);
  return async (commit) => {
    const known = remembered.get(commit) ?? (await few(commit));
    if (known !== null) return known;
    const args = ["ls-tree", "-r", "-z", "--full-tree", requireObjectId(commit)];
    const { child, ended } = startGit(repository, args, "read what a commit holds");
    child.stdin.end();
    const labels = new Set<string>();
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let at = 0;
      for (let end = bytes.indexOf(0, at); end !== -1; end = bytes.indexOf(0, at)) {
        // `<mode> <type> <id>` before a tab and the path.
        const tab = bytes.indexOf(0x09, at);
        const [, , id = ""] = bytes.toString("latin1", at, tab).split(" ");
        if (tab === -1 || tab > end || !isObjectId(id))
          throw new GitError("GIT_BAD_OUTPUT", "git listed an entry of a tree without an id");
        for (const label of labelsOf(id, bytes.subarray(tab + 1, end))) labels.add(label);
        at = end + 1;
      }
      rest = Buffer.from(bytes.subarray(at));
    }
    await ended;
    if (rest.length > 0) throw new GitError("GIT_BAD_OUTPUT", "git stopped in the middle of a tree");
    if (remembered.size >= rememberedTrees) remembered.delete([...remembered.keys()][0] ?? "");
    remembered.set(commit, labels);
    return labels;
  };
}

/** Gives the labels of all that a commit holds; `null` where git has to be asked in another way. */
function makeFewLabels(
  trees: KeptTrees,
  labelsOf: LabelsOf,
): (commit: string) => Promise<ReadonlySet<string> | null> {
  return async (commit) => {
    try {
      const tree = (await trees.readCommits([commit])).get(commit)?.tree;
      if (tree === undefined) return null;
      const labels = new Set<string>();
      const seen = new Set<string>([tree]);
      for (let level = [tree]; level.length > 0;) {
        const read = await trees.read(level);
        const below: string[] = [];
        for (const entry of level.flatMap((id) => read.get(id) ?? [])) {
          // What a name says does not depend on the folder that it is in.
          for (const label of labelsOf(isFolder(entry) ? "" : entry.id, entry.name)) labels.add(label);
          if (isFolder(entry) && !seen.has(entry.id)) below.push(entry.id);
          if (isFolder(entry)) seen.add(entry.id);
        }
        level = below;
      }
      return labels;
    } catch (error) {
      if (error instanceof NotKept) return null;
      throw error;
    }
  };
}

/** Gives those of the commits and tags that are within a range, unordered. @throws {@link GitError} */
export async function listWithin(
  repository: Repository,
  ids: readonly string[],
  range: ObjectRange,
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const arrived = await listArrivedWithin(repository, ids, range);
  if (arrived !== null) return arrived;
  const revisions = await revisionsOf(repository, range);
  if (revisions === null) return new Set();
  const output = await runGit(
    repository,
    // Tags are objects of their own, which a walk over commits does not name; no blob and no folder is asked for.
    ["rev-list", "--objects", "--filter=tree:0", "--no-object-names", ...revisions.args],
    "look up which commits and tags are within a range",
    revisions.input,
  );
  const wanted = new Set(ids);
  return new Set(
    output
      .toString("latin1")
      .split("\n")
      .filter((id) => wanted.has(id)),
  );
}
