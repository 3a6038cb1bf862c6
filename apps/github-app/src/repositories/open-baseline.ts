import type { RemoteRef } from "@keywarden/git/mirror";
import type { RepositoryId } from "@keywarden/storage";
import { findBaseline } from "./baseline.ts";
import type { Baseline } from "./baseline.ts";
import { digestOf } from "./digest-of.ts";
import { settleListing } from "./settle-listing.ts";
import type { SettleOptions } from "./settle-listing.ts";

export interface OpenedBaseline {
  readonly byRef: Baseline;
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
  const byRef = findBaseline(listing, await provenance.listPushes(repository));
  const name = digestOf(JSON.stringify([...byRef]));
  const judged = await provenance.getJudgedBaseline(repository);
  return {
    byRef,
    tips: [...new Set([...byRef.values()].flat())],
    name,
    judged: judged === null ? "never" : judged === name ? "same" : "other",
  };
}
