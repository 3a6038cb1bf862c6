import type { Commit } from "../commits.ts";
import { diffTree, readRecords } from "./read-records.ts";
import { startGit } from "../process.ts";
import type { RawDifference } from "./raw-diff.ts";
import type { Repository } from "../repository.ts";
import { mergedIdsOf } from "../staged.ts";
import type { StagedEntry } from "../staged.ts";

/**
 * Lists what a commit changes compared with its first parent, in the form of {@link listStaged}:
 * `mergedIds` are what the other parents hold. A root commit adds everything.
 *
 * @throws {@link GitError}
 */
export async function listCommitChanges(
  repository: Repository,
  { id, parents }: Pick<Commit, "id" | "parents">,
): Promise<readonly StagedEntry[]> {
  const differences = await differencesFrom(repository, id, parents[0]);
  const merged: ReadonlyMap<string, string | null>[] = [];
  for (const parent of parents.slice(1)) {
    const others = await differencesFrom(repository, id, parent);
    merged.push(new Map(others.map((other) => [other.path.toString("latin1"), other.oldId])));
  }
  return differences.map((difference) => ({ ...difference, mergedIds: mergedIdsOf(difference, merged) }));
}

async function differencesFrom(
  repository: Repository,
  commit: string,
  parent: string | undefined,
): Promise<readonly RawDifference[]> {
  const { child, ended } = startGit(
    repository,
    [...diffTree, "--stdin", "--root"],
    "list what a commit changes",
  );
  child.stdin.end(parent === undefined ? `${commit}\n` : `${commit} ${parent}\n`);
  const differences: RawDifference[] = [];
  for await (const { difference } of readRecords(child.stdout)) differences.push(difference);
  await ended;
  return differences;
}
