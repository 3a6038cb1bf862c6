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
export function findBaseline(
  listing: Pick<RefListing, "refs">,
  pushes: readonly PushFact[],
  /** What the refs name once all of these pushes have happened, where that is known. */
  ends: RefEnds = new Map(),
): RefBaseline {
  const baseline = new Map<string, readonly string[]>();
  for (const [ref, starts] of startsByRef(listing, pushes, ends)) {
    const named = starts.filter((tip) => !isZeroId(tip));
    if (named.length > 0) baseline.set(ref, named);
  }
  return baseline;
}

/**
 * Finds the refs of which several things may have been the first, since a push is missing between those that are known,
 * with each of them; zeros where the ref may not have been there. What all of them reach is history for certain.
 */
export function findDoubts(
  listing: Pick<RefListing, "refs">,
  pushes: readonly PushFact[],
  ends: RefEnds = new Map(),
): RefBaseline {
  return new Map([...startsByRef(listing, pushes, ends)].filter(([, starts]) => starts.length > 1));
}

/** What a ref names, or "" where it is not there, by {@link PushFact.ref}; of other refs that is not known. */
export type RefEnds = ReadonlyMap<string, string>;

function startsByRef(
  { refs }: Pick<RefListing, "refs">,
  pushes: readonly PushFact[],
  ends: RefEnds,
): RefBaseline {
  const each = new Map(pushes.map((push) => [push.delivery, push])).values();
  const pushesByRef = Map.groupBy(each, ({ ref }) => ref);
  return new Map(
    [...new Set([...refs.keys(), ...pushesByRef.keys()])].toSorted().map((ref) => {
      const listed = refs.get(ref);
      const known = pushesByRef.get(ref) ?? [];
      const starts =
        known.length > 0
          ? startsBeside(known, listed ?? "", ends.get(ref) ?? null)
          : listed === undefined
            ? []
            : [listed];
      return [ref, [...new Set(starts.map(nodeOf))].toSorted().map(idOf)];
    }),
  );
}

/** Tells whether a push came before a listing, as far as the clocks can say it. */
export function orderBeside(
  pushedAtMs: number,
  { listedAtMs, answeredAtMs }: Pick<RefListing, "listedAtMs" | "answeredAtMs">,
): Beside {
  if (pushedAtMs < listedAtMs - clockDoubtMs) return "before";
  return pushedAtMs > lastDoubtfulMs({ listedAtMs, answeredAtMs }) ? "after" : "about-then";
}

/** The last time of a push of which the clocks cannot say that it came after the listing. */
export function lastDoubtfulMs({
  listedAtMs,
  answeredAtMs,
}: Pick<RefListing, "listedAtMs" | "answeredAtMs">): number {
  return Math.max(listedAtMs, answeredAtMs) + clockDoubtMs;
}

/** Parts the pushes that may have come before the listing from those that came after it. */
export function partBeside(
  pushes: readonly PushFact[],
  listing: Pick<RefListing, "listedAtMs" | "answeredAtMs">,
): { readonly first: readonly PushFact[]; readonly later: readonly PushFact[] } {
  const isLater = ({ isSurelyBefore, pushedAtMs }: PushFact): boolean =>
    !isSurelyBefore && orderBeside(pushedAtMs, listing) === "after";
  return { first: pushes.filter((push) => !isLater(push)), later: pushes.filter(isLater) };
}

/** Where each ref was before these pushes, as far as they tell. */
export function findStarts(pushes: readonly PushFact[]): RefEnds {
  const byRef = Map.groupBy(new Map(pushes.map((push) => [push.delivery, push])).values(), ({ ref }) => ref);
  return new Map(
    [...byRef].flatMap(([ref, own]) => {
      const [start, ...others] = new Set(startsOf(own, null).map(nodeOf));
      return start === undefined || others.length > 0 ? [] : [[ref, idOf(start)] as const];
    }),
  );
}

// Where one push came before the listing, the first of all did, and where it left the ref is where the ref was. Of pushes that
// came about then, the listing names what one of them moved: it came in between. Where it names nothing of theirs, one that is
// not known yet lies in between, before the listing or after it, so what is listed and where they begin may both be the first.
function startsBeside(pushes: readonly PushFact[], listed: string, end: string | null): readonly string[] {
  if (pushes.every(({ isSurelyBefore }) => isSurelyBefore)) return startsOf(pushes, listed);
  const isNamed = pushes.some(({ before, after }) => [before, after].map(nodeOf).includes(nodeOf(listed)));
  const isDoubtful = !isNamed && !pushes.some(({ isSurelyBefore }) => isSurelyBefore);
  return isDoubtful ? [listed, ...startsOf(pushes, null)] : startsOf(pushes, end);
}

// Pushes of one second follow each other by their ids: a walk from where the ref was first, which leaves that once more often
// than it comes back. A walk that comes back as often ends where it began, which is where the next second goes on. With no end known,
// it began where those begin that came before the listing; where that tells nothing, it may be any.
function startsOf(pushes: readonly PushFact[], end: string | null): readonly string[] {
  const firstMs = Math.min(...pushes.map(({ pushedAtMs }) => pushedAtMs));
  const later = pushes.filter(({ pushedAtMs }) => pushedAtMs > firstMs);
  const first = pushes.filter(({ pushedAtMs }) => pushedAtMs === firstMs);
  const starts = leftOf(first);
  if (starts.length > 0) return starts.map(idOf);
  const nodes = new Set(first.flatMap(({ before, after }) => [nodeOf(before), nodeOf(after)]));
  const ends = later.length > 0 ? startsOf(later, end) : end === null ? [] : [end];
  const ended = ends.map(nodeOf).filter((node) => nodes.has(node));
  if (ended.length > 0) return ended.map(idOf);
  const known = leftOf(first.filter(({ isSurelyBefore }) => isSurelyBefore));
  return (known.length > 0 ? known : [...nodes]).map(idOf);
}

// What the pushes leave more often than they come to it.
function leftOf(pushes: readonly PushFact[]): readonly string[] {
  const surplus = new Map<string, number>();
  for (const { before, after } of pushes) {
    const [from, to] = [nodeOf(before), nodeOf(after)];
    surplus.set(from, (surplus.get(from) ?? 0) + 1);
    surplus.set(to, (surplus.get(to) ?? 0) - 1);
  }
  return [...surplus].filter(([, more]) => more > 0).map(([node]) => node);
}

// Zeros of either length say that the ref is not there.
const absent = "0";
const nodeOf = (id: string): string => (id === "" || isZeroId(id) ? absent : id);
const idOf = (node: string): string => (node === absent ? "0".repeat(40) : node);
