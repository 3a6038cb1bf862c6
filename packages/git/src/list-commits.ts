import { revisionsOf } from "./objects/object-list.ts";
import type { ObjectRange } from "./objects/object-range.ts";
import { runGit } from "./process.ts";
import type { Repository } from "./repository.ts";

/** Lists the commits of a range, each behind its parents. @throws {@link GitError} GIT_OBJECT_MISSING */
export async function listCommits(repository: Repository, range: ObjectRange): Promise<readonly string[]> {
  const revisions = await revisionsOf(repository, range);
  if (revisions === null) return [];
  const output = await runGit(
    repository,
    ["rev-list", "--topo-order", "--reverse", ...revisions.args],
    "list the commits of a range",
    revisions.input,
  );
  return output
    .toString("latin1")
    .split("\n")
    .filter((id) => id !== "" && !id.startsWith("-"));
}
