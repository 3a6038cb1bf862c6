import type { RemoteRef } from "@keywarden/git/mirror";
import type { PushFact, RepositoryId } from "@keywarden/storage";
import { findBaseline } from "./baseline.ts";
import type { RefBaseline } from "./baseline.ts";
import { refDigestOf } from "./digest-of.ts";
import { settleListing } from "./settle-listing.ts";
import type { SettleOptions } from "./settle-listing.ts";

export interface OpenedBaseline {
  readonly byRef: RefBaseline;
  readonly tips: readonly string[];
  /** A digest of {@link byRef}. */
  readonly name: string;
  /** Whether introductions were looked up with this baseline, with a larger one, or never. */
  readonly judged: "same" | "other" | "never";
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
  const { provenance } = options.storage;
  const listing = await settleListing(options, repository, listRefs);
  const judged = await provenance.getJudgedBaseline(repository);
  let pushes = await provenance.listPushes(repository);
  const nameWith = (known: readonly PushFact[]) => nameOf(findBaseline(listing, known));
  const withoutDoubt = nameWith(pushes.filter(({ isSurelyBefore }) => isSurelyBefore));
  if (![judged, withoutDoubt].includes(nameWith(pushes))) {
    // What a push that came about then tells depends on the others that did, so lost ones are asked for first.
    await options.sweepDeliveries();
    pushes = await provenance.listPushes(repository);
  }
  const byRef = findBaseline(listing, pushes);
  const name = nameOf(byRef);
  return {
    byRef,
    tips: [...new Set([...byRef.values()].flat())],
    name,
    judged: judged === null ? "never" : judged === name ? "same" : "other",
  };
}

const nameOf = (byRef: RefBaseline): string => refDigestOf(JSON.stringify([...byRef]));
