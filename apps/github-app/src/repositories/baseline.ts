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

/** What each ref named when the App was given the repository, by {@link KnownPush.ref}; a ref that was not there is absent. */
export type Baseline = ReadonlyMap<string, readonly string[]>;

/**
 * Finds what the refs named when the App was given the repository: the listing, with every push that is known to have come
 * before it taken back. What that reaches is history; everything else came after.
 *
 * A pure function of the set of known facts: order, repetition and delay of deliveries change nothing but when a fact is known.
 * Where it cannot tell whether a push came before the listing, it gives both readings, which calls more commits history.
 */
export function findBaseline(listing: RefListing, pushes: readonly KnownPush[]): Baseline {
  const earlier = pushes.filter((push) => mayPrecede(push, listing.listedAtMs));
  const pushesByRef = Map.groupBy(earlier, ({ ref }) => ref);
  const baseline = new Map<string, readonly string[]>();
  for (const ref of [...new Set([...listing.refs.keys(), ...pushesByRef.keys()])].toSorted()) {
    const tips = tipsOf(listing, listing.refs.get(ref), pushesByRef.get(ref) ?? []);
    const named = [...new Set(tips)].filter((tip) => !isZeroId(tip)).toSorted();
    if (named.length > 0) baseline.set(ref, named);
  }
  return baseline;
}

/** Tells whether a push may have come before a listing; of one that cannot have, the baseline knows nothing. */
export function mayPrecede({ pushedAtMs }: Pick<KnownPush, "pushedAtMs">, listedAtMs: number): boolean {
  return pushedAtMs <= listedAtMs + clockDoubtMs;
}

function tipsOf(
  { listedAtMs }: RefListing,
  listed: string | undefined,
  pushes: readonly KnownPush[],
): readonly string[] {
  if (pushes.length === 0) return listed === undefined ? [] : [listed];
  const firstMs = Math.min(...pushes.map(({ pushedAtMs }) => pushedAtMs));
  const cameBefore =
    firstMs < listedAtMs - clockDoubtMs ||
    pushes.some(({ after }) => after === listed || (listed === undefined && isZeroId(after)));
  const starts = startsOf(pushes, listed);
  return cameBefore ? starts : [...starts, ...(listed === undefined ? [] : [listed])];
}

// Pushes of one second follow each other by their ids: a walk from where the ref was first, which leaves that once more often
// than it comes back. A walk that comes back as often ends where it began, which is where the next second goes on.
function startsOf(pushes: readonly KnownPush[], listed: string | undefined): readonly string[] {
  const firstMs = Math.min(...pushes.map(({ pushedAtMs }) => pushedAtMs));
  const later = pushes.filter(({ pushedAtMs }) => pushedAtMs > firstMs);
  const surplus = new Map<string, number>();
  const first = pushes.filter(({ pushedAtMs }) => pushedAtMs === firstMs);
  for (const move of new Set(first.map(({ before, after }) => `${nodeOf(before)} ${nodeOf(after)}`))) {
    const [from = "", to = ""] = move.split(" ");
    surplus.set(from, (surplus.get(from) ?? 0) + 1);
    surplus.set(to, (surplus.get(to) ?? 0) - 1);
  }
  const starts = [...surplus].filter(([, more]) => more > 0).map(([node]) => node);
  if (starts.length > 0) return starts.map(idOf);
  const ends = later.length > 0 ? startsOf(later, listed) : [listed ?? ""];
  const ended = ends.map(nodeOf).filter((node) => surplus.has(node));
  return (ended.length > 0 ? ended : [...surplus.keys()]).map(idOf);
}

// Zeros of either length say that the ref is not there.
const absent = "0";
const nodeOf = (id: string): string => (id === "" || isZeroId(id) ? absent : id);
const idOf = (node: string): string => (node === absent ? "0".repeat(40) : node);
