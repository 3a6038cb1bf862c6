import { isZeroId } from "@keywarden/git";

/** A push that a delivery told of. */
export interface KnownPush {
  /** SHA-256 of the ref's full name, hex: a name can hold a key. */
  readonly ref: string;
  /** All zeros where the push created the ref. */
  readonly before: string;
  /** All zeros where the push deleted the ref. */
  readonly after: string;
  /** By the repository host's clock, to the second. */
  readonly pushedAtMs: number;
}

/** All refs of a repository, read once, soon after the App was given it. */
export interface RefListing {
  /** By this machine's clock, before the host was asked. */
  readonly listedAtMs: number;
  /** Object ids by {@link KnownPush.ref}. */
  readonly refs: ReadonlyMap<string, string>;
}

// The listing's time is this machine's and a push's time the host's, which drops what is below a second.
const clockDoubtMs = 60_000;

/**
 * Gives the objects that the refs named when the App was given the repository: the listing, with every push that is known to
 * have come before it taken back. What they reach is history; everything else came after.
 *
 * A pure function of the set of known facts: order, repetition and delay of deliveries change nothing but when a fact is known.
 * Where it cannot tell whether a push came before the listing, it gives both readings, which calls more commits history.
 */
export function findBaselineTips(listing: RefListing, pushes: readonly KnownPush[]): readonly string[] {
  const pushesByRef = new Map<string, KnownPush[]>();
  for (const push of pushes) {
    if (push.pushedAtMs > listing.listedAtMs + clockDoubtMs) continue;
    pushesByRef.set(push.ref, [...(pushesByRef.get(push.ref) ?? []), push]);
  }
  const tips = new Set<string>();
  for (const ref of new Set([...listing.refs.keys(), ...pushesByRef.keys()])) {
    for (const tip of tipsOf(listing, listing.refs.get(ref), pushesByRef.get(ref) ?? [])) tips.add(tip);
  }
  return [...tips].filter((tip) => !isZeroId(tip)).toSorted();
}

function tipsOf(
  { listedAtMs }: RefListing,
  listed: string | undefined,
  pushes: readonly KnownPush[],
): readonly string[] {
  if (pushes.length === 0) return listed === undefined ? [] : [listed];
  const firstMs = Math.min(...pushes.map(({ pushedAtMs }) => pushedAtMs));
  const first = pushes.filter(({ pushedAtMs }) => pushedAtMs === firstMs);
  const starts = startsOf(first);
  const cameBefore =
    firstMs < listedAtMs - clockDoubtMs ||
    pushes.some(({ after }) => after === listed || (listed === undefined && isZeroId(after)));
  return cameBefore ? starts : [...starts, ...(listed === undefined ? [] : [listed])];
}

// Pushes of one second follow each other by their ids: the ref was first where no other of them had moved it to.
function startsOf(pushes: readonly KnownPush[]): readonly string[] {
  const reached = new Set(pushes.map(({ after }) => after));
  const starts = pushes.map(({ before }) => before).filter((before) => !reached.has(before));
  // A ref that was moved in a circle within a second could have been at any of them.
  return starts.length > 0 ? starts : pushes.map(({ before }) => before);
}
