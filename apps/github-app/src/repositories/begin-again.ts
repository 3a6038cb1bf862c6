import { listWithin, readCommits } from "@keywarden/git";
import type { Repository } from "@keywarden/git";

/**
 * Gives where to begin so that a commit is scanned again: what was never scanned below it, or, where all of that was, the
 * commit itself.
 */
export async function beginAgain(
  mirror: Repository,
  commit: string,
  scannedTips: readonly string[],
): Promise<readonly string[]> {
  const unscanned = await listWithin(mirror, [commit], { include: [commit], exclude: scannedTips });
  if (unscanned.size > 0) return scannedTips;
  return (await readCommits(mirror, [commit])).get(commit)?.parents ?? [];
}
