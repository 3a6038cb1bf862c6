import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readCommits } from "./commits.ts";
import { GitError } from "./git-error.ts";
import { isObjectId } from "./object-id.ts";
import { revisionsOf } from "./objects/object-list.ts";
import type { ObjectRange } from "./objects/object-range.ts";
import { runGit } from "./process.ts";
import type { Repository } from "./repository.ts";

/**
 * Finds the commits of a range whose parents a shallow clone has cut off: what the range holds behind them is unknown.
 * Empty in a full clone, and if the cut is outside the range.
 *
 * @throws {@link GitError}
 */
export async function findCuts(repository: Repository, range: ObjectRange): Promise<readonly string[]> {
  const cuts = shallowCommits(repository);
  const revisions = cuts.size === 0 ? null : await revisionsOf(repository, range);
  if (revisions === null) return [];
  const output = await runGit(
    repository,
    ["rev-list", ...revisions.args],
    "list the commits of a range",
    revisions.input,
  );
  const inRange = output
    .toString("latin1")
    .split("\n")
    .filter((id) => cuts.has(id));
  const commits = await readCommits(repository, inRange);
  return inRange.filter((id) => (commits.get(id)?.parents.length ?? 0) > 0);
}

/** Names the remote that a partial clone left objects at, or gives null when the clone is a full one. */
export async function findPromisor(repository: Repository): Promise<string | null> {
  const output = await runGit(repository, ["config", "--list", "-z"], "read the configuration");
  for (const entry of output.toString("utf8").split("\0")) {
    const remote = /^remote\.(?<name>.+)\.(?:promisor\ntrue|partialclonefilter\n.+)$/su.exec(entry)?.groups;
    if (remote?.["name"] !== undefined) return remote["name"];
  }
  return null;
}

function shallowCommits(repository: Repository): ReadonlySet<string> {
  // A server names another file to the hooks of a push from a shallow clone.
  const path = repository.env["GIT_SHALLOW_FILE"] ?? join(repository.commonDirectory, "shallow");
  if (path === "") return new Set();
  try {
    return new Set(readFileSync(path, "latin1").split("\n").filter(isObjectId));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return new Set();
    throw new GitError("GIT_FAILED", `${path} cannot be read`, { cause: error });
  }
}

/** Estimates how many objects all refs reach: as many as are here. @throws {@link GitError} */
export async function countObjects(repository: Repository): Promise<number> {
  const output = await runGit(repository, ["count-objects", "-v"], "count the objects");
  const counts = output.toString("latin1").matchAll(/^(?:count|in-pack): (?<count>\d+)$/gmu);
  return [...counts].reduce((sum, line) => sum + Number(line.groups?.["count"]), 0);
}
