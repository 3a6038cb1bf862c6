import { requireObjectId } from "../object-id.ts";
import { revisionsOf } from "../objects/object-list.ts";
import type { ObjectRange } from "../objects/object-range.ts";
import { startGit } from "../process.ts";
import type { Repository } from "../repository.ts";
import { diffTree, readRecords } from "./read-records.ts";
import type { DifferenceRecord } from "./read-records.ts";

/**
 * Walks over what each commit of a range changes, parents before children: a merge once for each parent that it differs
 * from, a root commit as an addition of all it holds.
 *
 * @throws {@link GitError} GIT_OBJECT_MISSING when the range is not complete here.
 */
export async function* walkDifferences(
  repository: Repository,
  range: ObjectRange,
  options: {
    readonly order: "--date-order" | "--topo-order";
    /** Options of `diff-tree` that leave records out. */
    readonly filters?: readonly string[];
    /** These alone are walked over, in their order; absent: all of the range. */
    readonly commits?: readonly string[];
    /** Completes "cannot …" in errors. */
    readonly doing: string;
  },
): AsyncGenerator<DifferenceRecord, void, undefined> {
  const { order, filters = [], commits, doing } = options;
  const revisions = await revisionsOf(repository, range);
  if (revisions === null) return;
  const walk =
    commits === undefined
      ? startGit(repository, ["rev-list", "--reverse", order, ...revisions.args], doing)
      : null;
  const diff = startGit(repository, [...diffTree, "--stdin", "-m", "--root", ...filters], doing);
  walk?.child.stdout.pipe(diff.child.stdin);
  walk?.child.stdin.end(revisions.input);
  if (commits !== undefined) diff.child.stdin.end(commits.map((id) => `${requireObjectId(id)}\n`).join(""));
  let isFinished = false;
  try {
    yield* readRecords(diff.child.stdout);
    await walk?.ended;
    await diff.ended;
    isFinished = true;
  } finally {
    if (!isFinished) {
      walk?.child.kill();
      diff.child.kill();
    }
  }
}
