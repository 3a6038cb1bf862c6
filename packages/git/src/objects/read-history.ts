import { GitError } from "../git-error.ts";
import { isObjectId } from "../object-id.ts";
import { revisionsOf } from "./object-list.ts";
import type { ObjectRange } from "./object-range.ts";
import { runGit } from "../process.ts";
import type { Repository } from "../repository.ts";

/** The commits of a range and what each is built on, so that many questions about them start no git. */
export interface History {
  /**
   * Gives those of the commits that `tip` reaches and `before` does not, as far as both are in the range.
   */
  reached(commits: readonly string[], tip: string, before?: string): ReadonlySet<string>;
  has(commit: string): boolean;
}

/** Reads the commits of a range. @throws {@link GitError} GIT_OBJECT_MISSING */
export async function readHistory(repository: Repository, range: ObjectRange): Promise<History> {
  const parents = new Map<string, readonly string[]>();
  const revisions = await revisionsOf(repository, range);
  if (revisions !== null) {
    const args = ["rev-list", "--parents", ...revisions.args];
    const output = await runGit(repository, args, "list the commits of a range", revisions.input);
    for (const line of output.toString("latin1").split("\n")) {
      if (line === "") continue;
      const [id = "", ...links] = line.split(" ");
      if (!isObjectId(id)) throw new GitError("GIT_BAD_OUTPUT", "git listed a commit without a full id");
      parents.set(id, links);
    }
  }
  const reachedFrom = (tip: string): ReadonlySet<string> => {
    const seen = new Set<string>();
    const left = [tip];
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      const links = seen.has(id) ? undefined : parents.get(id);
      if (links === undefined) continue;
      seen.add(id);
      left.push(...links);
    }
    return seen;
  };
  return {
    has: (commit) => parents.has(commit),
    reached(commits, tip, before) {
      const from = reachedFrom(tip);
      const known = before === undefined ? new Set<string>() : reachedFrom(before);
      return new Set(commits.filter((id) => from.has(id) && !known.has(id)));
    },
  };
}
