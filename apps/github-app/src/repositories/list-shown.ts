import { isZeroId, listWithin, resolveCommit } from "@keywarden/git";
import type { Repository } from "@keywarden/git";

/** What a push shows of the commits that bring keys in. */
export interface ShownCommits {
  readonly head: string;
  readonly commits: readonly string[];
  readonly pushedAtMs: number;
}

/**
 * Lists which of the commits each push shows: those that its new tip reaches and neither its old one nor the baseline does.
 * A push whose tip is not here, or is no commit, shows none.
 */
export async function listShown(
  mirror: Repository,
  commits: readonly string[],
  pushes: readonly { readonly before: string; readonly after: string; readonly pushedAtMs: number }[],
  baselineTips: readonly string[],
): Promise<readonly ShownCommits[]> {
  if (commits.length === 0) return [];
  const all: ShownCommits[] = [];
  for (const { before, after, pushedAtMs } of pushes) {
    const head = isZeroId(after) ? null : await resolveCommit(mirror, after);
    if (head === null) continue;
    const exclude = [...(isZeroId(before) ? [] : [before]), ...baselineTips];
    const shown = await listWithin(mirror, commits, { include: [head], exclude });
    if (shown.size > 0) all.push({ head, commits: [...shown], pushedAtMs });
  }
  return all;
}
