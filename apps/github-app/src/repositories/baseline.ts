import { isZeroId } from "@keywarden/git";
import type { PushFact, RefListing } from "@keywarden/storage";

// The listing's time is this machine's and a push's time the host's, which drops what is below a second.
const clockDoubtMs = 60_000;

/** When a push came, beside the listing: what came about then may be in it or not. */
export type Beside = "before" | "about-then" | "after";

/** What each ref named when the App was given the repository, by {@link PushFact.ref}; a ref that was not there is absent. */
export type RefBaseline = ReadonlyMap<string, readonly string[]>;

/**
 * Finds what the refs named when the App was given the repository: the listing, with every push that came before it taken
 * back. What that reaches is history; everything else came after.
 *
 * A pure function of the set of known facts: order, repetition and delay of deliveries change nothing but when a fact is known.
 */
export function findBaseline({ refs }: Pick<RefListing, "refs">, pushes: readonly PushFact[]): RefBaseline {
  const each = new Map(pushes.map((push) => [push.delivery, push])).values();
  const pushesByRef = Map.groupBy(each, ({ ref }) => ref);
  const baseline = new Map<string, readonly string[]>();
  for (const ref of [...new Set([...refs.keys(), ...pushesByRef.keys()])].toSorted()) {
    const listed = refs.get(ref);
    const known = pushesByRef.get(ref) ?? [];
    const tips = known.length > 0 ? startsBeside(known, listed ?? "") : listed === undefined ? [] : [listed];
    const named = [...new Set(tips)].filter((tip) => !isZeroId(tip)).toSorted();
    if (named.length > 0) baseline.set(ref, named);
  }
  return baseline;
}

/** Tells whether a push came before a listing, as far as the clocks can say it. */
export function orderBeside(
  pushedAtMs: number,
  { listedAtMs, answeredAtMs }: Pick<RefListing, "listedAtMs" | "answeredAtMs">,
): Beside {
  if (pushedAtMs < listedAtMs - clockDoubtMs) return "before";
  return pushedAtMs > Math.max(listedAtMs, answeredAtMs) + clockDoubtMs ? "after" : "about-then";
}

// Where one push came before the listing, the first of all did, and where it left the ref is where the ref was. Of pushes that
// came about then, the listing names what one of them moved: it came in between. Where it names nothing of theirs, one that is
// not known yet lies in between, and what is listed counts until it is.
function startsBeside(pushes: readonly PushFact[], listed: string): readonly string[] {
  if (pushes.every(({ isSurelyBefore }) => isSurelyBefore)) return startsOf(pushes, listed);
  const isNamed = pushes.some(({ before, after }) => [before, after].map(nodeOf).includes(nodeOf(listed)));
  if (!isNamed && !pushes.some(({ isSurelyBefore }) => isSurelyBefore)) return [listed];
  return startsOf(pushes, null);
}

// Pushes of one second follow each other by their ids: a walk from where the ref was first, which leaves that once more often
// than it comes back. A walk that comes back as often ends where it began, which is where the next second goes on. With no end known, it may be any.
function startsOf(pushes: readonly PushFact[], end: string | null): readonly string[] {
  const firstMs = Math.min(...pushes.map(({ pushedAtMs }) => pushedAtMs));
  const later = pushes.filter(({ pushedAtMs }) => pushedAtMs > firstMs);
  const surplus = new Map<string, number>();
  const first = pushes.filter(({ pushedAtMs }) => pushedAtMs === firstMs);
  for (const { before, after } of first) {
    const [from, to] = [nodeOf(before), nodeOf(after)];
    surplus.set(from, (surplus.get(from) ?? 0) + 1);
    surplus.set(to, (surplus.get(to) ?? 0) - 1);
  }
  const starts = [...surplus].filter(([, more]) => more > 0).map(([node]) => node);
  if (starts.length > 0) return starts.map(idOf);
  const ends = later.length > 0 ? startsOf(later, end) : end === null ? [] : [end];
  const ended = ends.map(nodeOf).filter((node) => surplus.has(node));
  return (ended.length > 0 ? ended : [...surplus.keys()]).map(idOf);
}

// Zeros of either length say that the ref is not there.
const absent = "0";
const nodeOf = (id: string): string => (id === "" || isZeroId(id) ? absent : id);
const idOf = (node: string): string => (node === absent ? "0".repeat(40) : node);
