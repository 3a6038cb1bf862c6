import type { RemoteRef } from "@keywarden/git/mirror";
import type { ExposureStorage, RepositoryId, StoredRefListing } from "@keywarden/storage";
import { AppError } from "../app-error.ts";
import { refDigestOf } from "./digest-of.ts";

export interface SettleOptions {
  readonly storage: Pick<ExposureStorage, "provenance" | "repositories" | "controls" | "jobs" | "now">;
  readonly sweepDeliveries: () => Promise<void>;
  /** After so long GitHub lists every delivery that it made, answered or not. */
  readonly listedAfterMs: number;
}

/** The control that says when the last sweep of deliveries began. */
export const deliveriesSwept = "deliveries-swept";

const rounds = 5;

/**
 * Gives the refs of a repository as they were at first sight, with every push known that came before: GitHub lists the
 * deliveries that it made, lost ones too. While one is missing, a key that was there may look as if a push had brought it,
 * and what is revoked stays revoked.
 *
 * @throws {@link AppError} REPOSITORY_UNSETTLED when pushes come too fast to tell their order; GITHUB_… when it does not answer
 */
export async function settleListing(
  { storage, sweepDeliveries }: SettleOptions,
  repository: RepositoryId,
  listRefs: () => Promise<readonly RemoteRef[]>,
): Promise<StoredRefListing> {
  const { provenance, controls } = storage;
  let listing = await provenance.getListing(repository);
  for (let round = 0; round < rounds; round += 1) {
    if (listing?.isSettled === true) return listing;
    if (listing === null || round > 0) await listAtFirstSight(storage, repository, listRefs);
    const answeredAtMs = (await provenance.getListingState(repository))?.answeredAtMs ?? Infinity;
    const sweptAtMs = await readSweptAt(controls);
    if (sweptAtMs <= answeredAtMs) await sweepDeliveries();
    await provenance.settleListing(repository);
    listing = await provenance.getListing(repository);
  }
  if (listing?.isSettled === true) return listing;
  throw new AppError("REPOSITORY_UNSETTLED", "pushes came while the refs were read for the first time");
}

/**
 * Gives until when a push of before the listing may be unknown, whose delivery is under way and not listed by GitHub; `null`
 * once deliveries have been swept after that time, which happens here where it is due.
 */
export async function findOpenUntil(
  { storage: { controls, now }, sweepDeliveries, listedAfterMs }: SettleOptions,
  { answeredAtMs }: Pick<StoredRefListing, "answeredAtMs">,
): Promise<number | null> {
  const untilMs = answeredAtMs + listedAfterMs;
  const sweptAtMs = await readSweptAt(controls);
  if (sweptAtMs >= untilMs) return null;
  if (now() < untilMs) return untilMs;
  await sweepDeliveries();
  return null;
}

/** Gives when the last sweep of deliveries began; 0 before the first. */
async function readSweptAt(controls: SettleOptions["storage"]["controls"]): Promise<number> {
  return Number((await controls.get(deliveriesSwept))?.value ?? 0);
}

/** Reads the refs of a repository; the listing counts once it is settled. */
export async function listAtFirstSight(
  { provenance, now }: Pick<ExposureStorage, "provenance" | "now">,
  repository: RepositoryId,
  listRefs: () => Promise<readonly RemoteRef[]>,
): Promise<void> {
  // In this order: a push that is known now came before the host is asked.
  const pushesKnown = await provenance.countPushes(repository);
  const listedAtMs = now();
  const refs = new Map((await listRefs()).map(({ name, id }) => [refDigestOf(name), id]));
  await provenance.recordListing(repository, { listedAtMs, answeredAtMs: now(), pushesKnown, refs });
}
