import type { RemoteRef } from "@keywarden/git/mirror";
import type { PushFact, RepositoryId, StoredRefListing } from "@keywarden/storage";
import * as z from "zod";
import { sweepRefsJob } from "../sweeps/sweep-jobs.ts";
import { findDoubts, findStarts, partBeside, type RefEnds } from "./baseline.ts";
import { refDigestOf } from "./digest-of.ts";
import type { SettleOptions } from "./settle-listing.ts";

/** After so long GitHub lists every delivery that it made, answered or not: it waits ten seconds for an answer. */
const listedAfterMs = 60_000;

/** Where refs were when the host was asked once more, and when that was. */
const readingSchema = z.record(z.string(), z.object({ id: z.string(), readAtMs: z.number() }));
type Reading = z.infer<typeof readingSchema>;

/**
 * Finds where the refs were once they had moved about the time of the listing, for those of which the pushes alone do not tell
 * where they began: before they moved next, or else when the host is asked. What it answers counts only once every push is known
 * that came before, so until a minute later the doubt stays.
 */
export async function findEnds(
  { controls, jobs, now }: SettleOptions["storage"],
  repository: RepositoryId,
  listing: StoredRefListing,
  /** All that the deliveries tell, which were swept just now. */
  pushes: readonly PushFact[],
  listRefs: () => Promise<readonly RemoteRef[]>,
): Promise<RefEnds> {
  const { first, later } = partBeside(pushes, listing);
  const ends = new Map(findStarts(later));
  const moved = new Set(later.map(({ ref }) => ref));
  const open = [...findDoubts(listing, first, ends).keys()].filter((ref) => !moved.has(ref));
  if (open.length === 0) return ends;
  const name = `refs-again:${repository.host}:${repository.repositoryId}`;
  const known = readingOf((await controls.get(name))?.value);
  const unread = open.filter((ref) => known[ref] === undefined);
  if (unread.length > 0) {
    const refs = new Map((await listRefs()).map(({ name: ref, id }) => [refDigestOf(ref), id]));
    const readAtMs = now();
    const read: Reading = Object.fromEntries(
      unread.map((ref) => [ref, { id: refs.get(ref) ?? "", readAtMs }]),
    );
    await controls.set(name, JSON.stringify({ ...known, ...read }), "keywarden-github-app");
    const again = sweepRefsJob(repository);
    await jobs.enqueue({ ...again, uniqueKey: again.id, runAtMs: readAtMs + listedAfterMs });
  }
  for (const ref of open) {
    const reading = known[ref];
    if (reading !== undefined && now() >= reading.readAtMs + listedAfterMs) ends.set(ref, reading.id);
  }
  return ends;
}

function readingOf(text: string | undefined): Reading {
  const parsed = readingSchema.safeParse(text === undefined ? {} : JSON.parse(text));
  return parsed.success ? parsed.data : {};
}
