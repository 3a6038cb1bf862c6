import type { RemoteRef } from "@keywarden/git/mirror";
import type { PushFact, RepositoryId } from "@keywarden/storage";
import { findBaseline, findDoubts, partBeside } from "./baseline.ts";
import type { RefBaseline, RefEnds } from "./baseline.ts";
import { refDigestOf } from "./digest-of.ts";
import { findEnds } from "./find-ends.ts";
import { findOpenUntil, settleListing } from "./settle-listing.ts";
import type { SettleOptions } from "./settle-listing.ts";

export interface OpenedBaseline {
  readonly byRef: RefBaseline;
  readonly tips: readonly string[];
  /** Tips of the refs of which it is known what they named. */
  readonly sureTips: readonly string[];
  /** What each other ref may have named; zeros where it may not have been there. */
  readonly doubts: readonly (readonly string[])[];
  /** A digest of all this. */
  readonly name: string;
  /** Whether introductions were looked up with this baseline, with a larger one, or never. */
  readonly judged: "same" | "other" | "never";
  /** When the refs were read, and until when a push of before may be missing; `null` once all are known. */
  readonly open: { readonly sinceMs: number; readonly untilMs: number } | null;
}

/**
 * Gives a repository's baseline; at first sight its refs are asked for, and GitHub is asked which pushes came before.
 *
 * @throws {@link AppError} as `settleListing` does: without a baseline that holds nothing can be revoked or called history
 */
export async function openBaseline(
  options: SettleOptions,
  repository: RepositoryId,
  listRefs: () => Promise<readonly RemoteRef[]>,
): Promise<OpenedBaseline> {
  const { provenance, repositories } = options.storage;
  const isMade = async (): Promise<boolean> =>
    ((await repositories.get(repository))?.madeAtMs ?? null) !== null;
  if (await isMade()) return openEmpty(await provenance.getJudgedBaseline(repository));
  const listing = await settleListing(options, repository, listRefs);
  const untilMs = await findOpenUntil(options, listing);
  const judged = await provenance.getJudgedBaseline(repository);
  let pushes = await provenance.listPushes(repository);
  const firstOf = (known: readonly PushFact[]) => partBeside(known, listing).first;
  const nameWith = (known: readonly PushFact[]) =>
    nameOf(findBaseline(listing, firstOf(known)), findDoubts(listing, firstOf(known)));
  const withoutDoubt = nameWith(pushes.filter(({ isSurelyBefore }) => isSurelyBefore));
  const hasDoubts = (): boolean => findDoubts(listing, firstOf(pushes)).size > 0;
  if (![judged, withoutDoubt].includes(nameWith(pushes)) || hasDoubts()) {
    // What a push that came about then tells depends on the others that did, so lost ones are asked for first.
    await options.sweepDeliveries();
    pushes = await provenance.listPushes(repository);
  }
  // A ref that went round within a second was first where it was last.
  const ends: RefEnds = hasDoubts()
    ? await findEnds(options.storage, repository, listing, pushes, listRefs)
    : new Map();
  // Deliveries that were swept meanwhile may have told of its making.
  if (await isMade()) return openEmpty(judged);
  const first = firstOf(pushes);
  const byRef = findBaseline(listing, first, ends);
  const doubts = findDoubts(listing, first, ends);
  const name = nameOf(byRef, doubts);
  return {
    byRef,
    tips: [...new Set([...byRef.values()].flat())],
    sureTips: [...new Set([...byRef].flatMap(([ref, tips]) => (doubts.has(ref) ? [] : tips)))],
    doubts: [...doubts.values()],
    name,
    judged: judged === null ? "never" : judged === name ? "same" : "other",
    open: untilMs === null ? null : { sinceMs: listing.answeredAtMs, untilMs },
  };
}

/** The baseline of a repository that the App has had from the first. */
function openEmpty(judged: string | null): OpenedBaseline {
  const byRef: RefBaseline = new Map();
  const name = nameOf(byRef, new Map());
  const again = judged === name ? "same" : "other";
  return {
    byRef,
    tips: [],
    sureTips: [],
    doubts: [],
    name,
    judged: judged === null ? "never" : again,
    open: null,
  };
}

// Without doubts it is what earlier versions have stored, which judge nothing again.
const nameOf = (byRef: RefBaseline, doubts: RefBaseline): string =>
  refDigestOf(JSON.stringify([...byRef, ...(doubts.size > 0 ? [["doubts", ...doubts]] : [])]));
