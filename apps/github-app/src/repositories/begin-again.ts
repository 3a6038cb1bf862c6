import { listWithin, readCommits } from "@keywarden/git";
import type { Repository } from "@keywarden/git";

/**
 * Gives where to begin so that a commit is scanned again: what was never scanned below it, or, where all of that was, the
 * commit itself, which is a part of what its push has brought.
 */
export async function beginAgain(
  mirror: Repository,
  commit: string,
  scannedTips: readonly string[],
): Promise<{ readonly exclude: readonly string[]; readonly isPart: boolean }> {
  const unscanned = await listWithin(mirror, [commit], { include: [commit], exclude: scannedTips });
  if (unscanned.size > 0) return { exclude: scannedTips, isPart: false };
  return { exclude: (await readCommits(mirror, [commit])).get(commit)?.parents ?? [], isPart: true };
}
