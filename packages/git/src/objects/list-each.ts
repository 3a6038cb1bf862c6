import { listArrivedIds } from "../differences/arrived-range.ts";
import { GitError } from "../git-error.ts";
import { runGitEach } from "../process.ts";
import type { Repository } from "../repository.ts";
import { idsOfLines, objectListArgs, revisionsOf } from "./object-list.ts";
import type { ObjectRange } from "./object-range.ts";
import { rememberIds } from "./remembered-lists.ts";

/**
 * Lists the objects of each of several small ranges, as `listObjectIds` does for one, and starts one process for all of them:
 * forking this one takes longer than a small list.
 *
 * @param mostBytes of all lists together: more is for `listObjectIds`, which holds none of it
 * @throws {@link GitError} GIT_OBJECT_MISSING when an included id, or anything reachable from it, is not here; GIT_BAD_OUTPUT for more
 */
export async function listObjectIdsOfEach(
  repository: Repository,
  ranges: readonly ObjectRange[],
  mostBytes = 2_000_000,
): Promise<readonly (readonly string[])[]> {
  const calls: { readonly range: ObjectRange; readonly args: readonly string[]; readonly input: string }[] =
    [];
  const arrived = new Map<ObjectRange, readonly string[]>();
  for (const range of ranges) {
    const ids = await listArrivedIds(repository, range);
    if (ids !== null) arrived.set(range, ids);
    if (ids !== null) continue;
    const revisions = await revisionsOf(repository, range);
    if (revisions === null) throw new GitError("GIT_BAD_INPUT", "a range of objects includes nothing");
    calls.push({ range, args: [...objectListArgs, ...revisions.args], input: revisions.input });
  }
  const outputs = await runGitEach(repository, calls, "list the objects of ranges", mostBytes);
  const asked = new Map(calls.map(({ range }, index) => [range, outputs[index]]));
  return ranges.map((range) => {
    const ids = arrived.get(range) ?? idsOfLines(repository, asked.get(range) ?? Buffer.alloc(0));
    const memory = rememberIds(repository, range);
    memory.add(ids);
    memory.end();
    return ids;
  });
}
