import { GitError, partitionPresent } from "@keywarden/git";
import { syncMirror } from "@keywarden/git/mirror";
import type { MirrorOptions } from "@keywarden/git/mirror";
import type { Repository } from "@keywarden/git";

export interface FetchedPush {
  readonly mirror: Repository;
  /** Those that are nowhere any more. */
  readonly lost: ReadonlySet<string>;
}

/** Wants in one call: each is an argument, and far fewer than every system's limit. */
const wantsAtOnce = 200;

/**
 * Fetches what a push names, and of `others` what the mirror has not yet and the host still has.
 *
 * @throws GitError GIT_OBJECT_MISSING when the host does not have `tip`, perhaps not yet.
 */
export async function fetchPush(
  remote: Omit<MirrorOptions, "want">,
  { tip, others }: { readonly tip: string; readonly others: readonly string[] },
): Promise<FetchedPush> {
  const mirror = await syncMirror({ ...remote, want: [tip] });
  const { missing } = await partitionPresent(mirror, others);
  const lost = new Set<string>();
  for (let at = 0; at < missing.length; at += wantsAtOnce)
    for (const id of await fetchSome(remote, missing.slice(at, at + wantsAtOnce))) lost.add(id);
  return { mirror, lost };
}

// One id that is gone fails the whole call, so the half that it is in is asked for again.
async function fetchSome(
  remote: Omit<MirrorOptions, "want">,
  want: readonly string[],
): Promise<readonly string[]> {
  try {
    await syncMirror({ ...remote, want });
    return [];
  } catch (error) {
    if (!(error instanceof GitError) || error.code !== "GIT_OBJECT_MISSING") throw error;
    if (want.length === 1) return want;
    const half = Math.ceil(want.length / 2);
    return [
      ...(await fetchSome(remote, want.slice(0, half))),
      ...(await fetchSome(remote, want.slice(half))),
    ];
  }
}
