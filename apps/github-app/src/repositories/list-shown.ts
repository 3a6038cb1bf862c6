import { isZeroId, listWithin, resolveCommit } from "@keywarden/git";
import type { History, Repository } from "@keywarden/git";

/** What a push shows of the commits that bring keys in. */
export interface ShownCommits {
  readonly head: string;
  readonly commits: readonly string[];
  readonly pushedAtMs: number;
}

export interface ShowingPush {
  readonly before: string;
  readonly after: string;
  readonly pushedAtMs: number;
  /** The commit that `after` is or leads to, `null` where it leads to none; absent where nobody has asked git yet. */
  readonly head?: string | null;
}

/**
 * Lists which of the commits each push shows: those that its new tip reaches and neither its old one nor the baseline does.
 * A push whose tip is not here, or is no commit, shows none.
 *
 * @param history of all that these tips reach and the baseline does not; absent: git is asked for it
 */
export async function listShown(
  mirror: Repository,
  commits: readonly string[],
  pushes: readonly ShowingPush[],
  baselineTips: readonly string[],
  history?: History,
): Promise<readonly ShownCommits[]> {
  if (commits.length === 0) return [];
  const all: ShownCommits[] = [];
  for (const { before, after, pushedAtMs, head: resolved } of pushes) {
    if (isZeroId(after)) continue;
    const head = resolved === undefined ? await resolveCommit(mirror, after) : resolved;
    if (head === null) continue;
    const known = isZeroId(before) ? [] : [before];
    const exclude = [...known, ...baselineTips];
    const shown =
      history?.reached(commits, head, ...known) ??
      (await listWithin(mirror, commits, { include: [head], exclude }));
    if (shown.size > 0) all.push({ head, commits: [...shown], pushedAtMs });
  }
  return all;
}
