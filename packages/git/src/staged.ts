import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GitError } from "./git-error.ts";
import { isObjectId } from "./object-id.ts";
import { runGit } from "./process.ts";
import { parseRawDifferences } from "./differences/raw-diff.ts";
import type { RawDifference } from "./differences/raw-diff.ts";
import type { Repository } from "./repository.ts";
import { resolveCommit } from "./revision.ts";

/** A path that the next commit changes against HEAD. */
export interface StagedEntry extends RawDifference {
  /** What the same path holds in the commits being merged; a merge brings these along and does not introduce them. */
  readonly mergedIds: readonly string[];
}

/**
 * Lists what the next commit changes, from the index alone: no work tree, no patch text, no attributes, no renames.
 *
 * Against an unborn HEAD everything is added. A submodule is one entry with mode 160000; its ids are commits of another repository.
 *
 * @throws {@link GitError} GIT_NO_WORK_TREE in a bare repository, which has no index
 */
export async function listStaged(repository: Repository): Promise<readonly StagedEntry[]> {
  requireIndex(repository);
  const differences = await differencesFromHead(repository);
  const merged: ReadonlyMap<string, string | null>[] = [];
  if (differences.length > 0) {
    for (const head of await mergeHeads(repository)) {
      const others = await differencesFrom(repository, head);
      merged.push(new Map(others.map((other) => [other.path.toString("latin1"), other.oldId])));
    }
  }
  // No copies: there may be a hundred thousand.
  return differences.map((difference) =>
    Object.assign(difference, { mergedIds: mergedIdsOf(difference, merged) }),
  );
}

/** Lists all that the index holds as if the next commit were the first. @throws {@link GitError} */
export async function listIndex(repository: Repository): Promise<readonly StagedEntry[]> {
  requireIndex(repository);
  const output = await runGit(repository, ["ls-files", "--stage", "-z"], "list the index");
  const entries: StagedEntry[] = [];
  for (let at = 0; at < output.length;) {
    const tab = output.indexOf(0x09, at);
    const end = output.indexOf(0, at);
    const fields = /^(?<mode>\d{6}) (?<id>[0-9a-f]+) \d$/u.exec(
      output.toString("latin1", at, Math.max(tab, at)),
    );
    const { mode = "", id = "" } = fields?.groups ?? {};
    if (end === -1 || tab > end || !isObjectId(id)) {
      throw new GitError("GIT_BAD_OUTPUT", "git listed an entry of the index that cannot be read");
    }
    const path = output.subarray(tab + 1, end);
    entries.push({
      status: "A",
      oldMode: "000000",
      newMode: mode,
      oldId: null,
      newId: id,
      path,
      mergedIds: nothingMerged,
    });
    at = end + 1;
  }
  return entries;
}

// git takes a missing index for an empty one.
function requireIndex({ isBare, directory }: Repository): void {
  if (isBare)
    throw new GitError("GIT_NO_WORK_TREE", `${directory} is bare, and nothing is ever staged in it`);
}

/** Gives the commits that the next commit merges besides HEAD; empty when no merge is under way. */
export async function mergeHeads(repository: Repository): Promise<readonly string[]> {
  const path = join(repository.gitDirectory, "MERGE_HEAD");
  const written = readIfPresent(path).split("\n").filter(Boolean);
  const ids = written.length > 0 ? written : headsOfRunningMerge(repository.env);
  const wrong = ids.find((id) => !isObjectId(id));
  if (wrong !== undefined) {
    throw new GitError(
      "GIT_BAD_OUTPUT",
      `MERGE_HEAD holds ${JSON.stringify(wrong)}, which is not a commit id`,
    );
  }
  return ids;
}

// `git merge` passes its heads in the environment, and writes MERGE_HEAD only after its pre-merge-commit hook.
function headsOfRunningMerge(env: Repository["env"]): readonly string[] {
  return Object.keys(env).flatMap((name) =>
    name.startsWith("GITHEAD_") ? [name.slice("GITHEAD_".length)] : [],
  );
}

// Plumbing ignores what shapes patches: attributes, drivers, colour, prefixes. A path that is only intended to be added is
// not part of the commit.
const question = [
  "diff-index",
  "--cached",
  "--raw",
  "-z",
  "--no-abbrev",
  "--no-renames",
  "--ignore-submodules=none",
  "--ita-invisible-in-index",
];

// HEAD is checked only if it seems to be missing: each git process adds milliseconds to a commit.
async function differencesFromHead(repository: Repository): Promise<readonly RawDifference[]> {
  try {
    return await differencesFrom(repository, "HEAD");
  } catch (error) {
    if ((await resolveCommit(repository, "HEAD")) !== null) throw error;
    return differencesFrom(repository, await emptyTree(repository));
  }
}

async function differencesFrom(repository: Repository, base: string): Promise<readonly RawDifference[]> {
  return parseRawDifferences(await runGit(repository, [...question, base, "--"], "list what is staged"));
}

const nothingMerged: readonly string[] = [];

// A path that is absent from the difference to a merged commit is the same there.
export function mergedIdsOf(
  difference: RawDifference,
  merged: readonly ReadonlyMap<string, string | null>[],
): readonly string[] {
  if (merged.length === 0) return nothingMerged;
  const path = difference.path.toString("latin1");
  const ids = merged.map((others) => (others.has(path) ? (others.get(path) ?? null) : difference.newId));
  return ids.filter((id) => id !== null);
}

// Its id depends on the repository's hash, so it is computed rather than known.
async function emptyTree(repository: Repository): Promise<string> {
  const output = await runGit(repository, ["hash-object", "-t", "tree", "--stdin"], "name the empty tree");
  return output.toString("latin1").trim();
}

function readIfPresent(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw new GitError("GIT_FAILED", `${path} cannot be read`, { cause: error });
  }
}
