import { GitError } from "./git-error.ts";
import { isObjectId } from "./object-id.ts";
import { revisionsOf } from "./objects/object-list.ts";
import type { ObjectRange } from "./objects/object-range.ts";
import { startGit } from "./process.ts";
import type { Repository } from "./repository.ts";

/**
 * Narrows a range to the commits made at or after a time and whatever was built on them, so that a wrong clock hides nothing.
 *
 * git's own `--since` stops at the first older commit of a line, and lists files that have not changed since.
 *
 * @param sinceMs epoch milliseconds, compared with the committer's date.
 * @throws {@link GitError}
 */
export async function narrowToSince(
  repository: Repository,
  range: ObjectRange,
  sinceMs: number,
): Promise<ObjectRange> {
  const revisions = await revisionsOf(repository, range);
  const include = new Set<string>();
  const tips = new Set<string>();
  const exclude = new Set<string>(range.exclude);
  if (revisions === null) return { include: [], exclude: [] };
  const args = ["rev-list", "--topo-order", "--reverse", "--format=%H %ct %P"];
  const { child, ended } = startGit(repository, [...args, ...revisions.args], "list the commits of a range");
  child.stdin.end(revisions.input);
  child.stdout.setEncoding("latin1");
  let rest = "";
  for await (const chunk of child.stdout as AsyncIterable<string>) {
    const lines = `${rest}${chunk}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      // git writes a line `commit <id>` before each.
      if (line.startsWith("commit ")) continue;
      const [id = "", seconds = "", ...parents] = line.split(" ").filter(Boolean);
      if (!isObjectId(id) || !/^\d+$/u.test(seconds)) {
        throw new GitError("GIT_BAD_OUTPUT", "git listed a commit without a date");
      }
      const isNew = Number(seconds) * 1000 >= sinceMs;
      if (!isNew && !parents.some((parent) => include.has(parent))) continue;
      include.add(id);
      tips.add(id);
      for (const parent of parents) if (!tips.delete(parent) && !include.has(parent)) exclude.add(parent);
    }
  }
  await ended;
  return { include: [...tips], exclude: [...exclude] };
}
