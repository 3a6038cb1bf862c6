import { readCommits } from "@keywarden/git";
import type { Repository } from "@keywarden/git";
import type { StoredIntroduction } from "@keywarden/storage";
import { AppError } from "../app-error.ts";
import type { OpenedBaseline } from "./open-baseline.ts";

/**
 * Lets keys pass that came in after the baseline whatever push of before is missing: each was brought in by a commit that
 * was made after the refs were read. An older commit may have been on a branch that is gone, of whose deletion GitHub has
 * yet to tell, and what is revoked stays revoked.
 *
 * @param isCommit whether an introduction is by a commit: what a tag, a name or a file alone brings in has no time
 * @throws {@link AppError} REPOSITORY_UNSETTLED for any other key until GitHub lists every push of before
 */
export async function requireClosed(
  repository: Repository,
  { open }: Pick<OpenedBaseline, "open">,
  found: readonly StoredIntroduction[],
  isCommit: (id: string) => boolean,
  nowMs: number,
): Promise<void> {
  if (open === null || found.length === 0) return;
  const commits = await readCommits(
    repository,
    found.map(({ by }) => by).filter((by) => isCommit(by)),
  );
  // A commit says its second.
  const fromMs = Math.floor(open.sinceMs / 1000) * 1000;
  const isLater = ({ by }: StoredIntroduction): boolean => (commits.get(by)?.committedAtMs ?? 0) >= fromMs;
  const after = new Set<string>(found.filter(isLater).map(({ fingerprint }) => fingerprint));
  if (found.every(({ fingerprint }) => after.has(fingerprint))) return;
  throw new AppError("REPOSITORY_UNSETTLED", "a key is new unless GitHub tells of a push of before", {
    retryAfterMs: Math.max(0, open.untilMs - nowMs),
  });
}
