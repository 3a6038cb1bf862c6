import { createHash } from "node:crypto";
import type { RemoteRef } from "@keywarden/git/mirror";
import type { ExposureStorage, RepositoryId } from "@keywarden/storage";
import { findBaseline } from "./baseline.ts";
import type { Baseline } from "./baseline.ts";

export interface OpenedBaseline {
  readonly byRef: Baseline;
  readonly tips: readonly string[];
  /** A digest of {@link byRef}. */
  readonly name: string;
  /** Whether introductions were looked up with this baseline, with a larger one, or never. */
  readonly judged: "same" | "other" | "never";
}

/** Gives a repository's baseline by all that is known now; at first sight its refs are asked for. */
export async function openBaseline(
  { provenance, now }: Pick<ExposureStorage, "provenance" | "now">,
  repository: RepositoryId,
  listRefs: () => Promise<readonly RemoteRef[]>,
): Promise<OpenedBaseline> {
  let listing = await provenance.getListing(repository);
  if (listing === null) {
    const listedAtMs = now();
    const refs = new Map((await listRefs()).map(({ name, id }) => [digestOf(name), id]));
    listing = { listedAtMs, refs };
    // Another process may have been first, and then its listing is the one that counts.
    if (!(await provenance.recordListing(repository, listing)))
      listing = (await provenance.getListing(repository)) ?? listing;
  }
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

/** The form in which refs are told apart: a name can hold a key. */
export function digestOf(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}
