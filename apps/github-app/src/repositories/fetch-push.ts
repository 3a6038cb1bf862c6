import { GitError, partitionPresent } from "@keywarden/git";
import type { Repository } from "@keywarden/git";

export interface FetchedPush {
  readonly mirror: Repository;
  /** Those that are nowhere any more. */
  readonly lost: ReadonlySet<string>;
}

type Fetch = (want: readonly string[], alongside?: () => Promise<readonly string[]>) => Promise<Repository>;

/** Wants in one call: each is an argument, and far fewer than every system's limit. */
const wantsAtOnce = 200;

/**
 * Fetches what is to be looked at, and of `others` what the mirror has not yet and the host still has.
 *
 * @throws GitError GIT_OBJECT_MISSING when the host does not have one of `tips`, perhaps not yet.
 */
export async function fetchPush(
  fetch: Fetch,
  {
    tips,
    others,
    known = [],
    waiting,
  }: {
    readonly tips: readonly string[];
    readonly others: readonly string[];
    /** Ids that will be asked about, so that one process of git answers for all of them. */
    readonly known?: readonly string[];
    /** What will be looked at next: one fetch for all costs little more than one for the first. */
    readonly waiting?: () => Promise<readonly string[]>;
  },
): Promise<FetchedPush> {
  const mirror = await fetch(tips, waiting);
  const absent = new Set((await partitionPresent(mirror, [...tips, ...others, ...known])).missing);
  const missing = others.filter((id) => absent.has(id));
  const lost = new Set<string>();
  for (let at = 0; at < missing.length; at += wantsAtOnce)
    for (const id of await fetchSome(fetch, missing.slice(at, at + wantsAtOnce))) lost.add(id);
  return { mirror, lost };
}

// One id that is gone fails the whole call, so the half that it is in is asked for again.
async function fetchSome(fetch: Fetch, want: readonly string[]): Promise<readonly string[]> {
  try {
    await fetch(want);
    return [];
  } catch (error) {
    if (!(error instanceof GitError) || error.code !== "GIT_OBJECT_MISSING") throw error;
    if (want.length === 1) return want;
    const half = Math.ceil(want.length / 2);
    return [...(await fetchSome(fetch, want.slice(0, half))), ...(await fetchSome(fetch, want.slice(half)))];
  }
}
