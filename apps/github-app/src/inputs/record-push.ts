import type { ExposureStores, PushFact, RepositoryId } from "@keywarden/storage";
import { reportJob } from "../jobs/job-payloads.ts";
import type { Observation } from "../jobs/job-payloads.ts";
import { askRepositoryJob, judgeAgainJob } from "../sweeps/sweep-jobs.ts";
import { lastDoubtfulMs, orderBeside } from "../repositories/baseline.ts";

/**
 * Records what a push tells: what the repository is now, where the ref was before, and that its commit gets a check
 * run, which is in progress from now on. Call it in the transaction that accepts the delivery.
 */
export async function recordPush(
  stores: ExposureStores,
  host: string,
  observation: Observation,
  fact: ToldMove,
): Promise<void> {
  await recordObservation(stores, host, observation, fact.pushedAtMs);
  await recordMove(stores, { host, repositoryId: observation.repository.id }, fact, observation.receivedAtMs);
}

/** A move of a ref as a delivery tells of it, which does not know of the listing. */
export type ToldMove = Omit<PushFact, "isSurelyBefore">;

/** Records where a ref was before, as long as the baseline may follow from it. */
export async function recordMove(
  stores: Pick<ExposureStores, "provenance" | "jobs">,
  repository: RepositoryId,
  fact: ToldMove,
  atMs: number,
): Promise<void> {
  const listing = await stores.provenance.getListingState(repository);
  // A listing that is not settled is made again after what is known now. One that is may still hold a push of which the host
  // has yet to tell: its delivery was on its way while the refs were read.
  const order = listing?.isSettled === true ? orderBeside(fact.pushedAtMs, listing) : "before";
  // Where a ref went about then may be told by where it was when it moved next.
  const isNeeded =
    order !== "after" ||
    (listing !== null &&
      (await stores.provenance.isFirstAfterDoubt(repository, fact, lastDoubtfulMs(listing))));
  if (!isNeeded) return;
  await stores.provenance.recordPush(repository, { ...fact, isSurelyBefore: order === "before" });
  // The scan that is under way has read what was known before, and may be this push's own too.
  if (listing?.isSettled === true) await stores.jobs.enqueue(judgeAgainJob(repository, atMs));
}

/** Records what the repository is now, and that the commit gets a check run. */
export async function recordObservation(
  stores: ExposureStores,
  host: string,
  observation: Observation,
  atMs: number,
): Promise<void> {
  const { owner, name, private: isPrivate, id } = observation.repository;
  const { installationId, receivedAtMs, after, deleted, ref } = observation;
  const repository = { host, repositoryId: id };
  const news = { owner, name, installationId, isPrivate, atMs };
  const { becamePublic } = await stores.repositories.learn(repository, news);
  // The event that said so is late or lost.
  if (becamePublic) await stores.jobs.enqueue(askRepositoryJob(repository, observation.delivery));
  // Another ref may name a tag object, which is known only once it is here.
  if (deleted || !/^refs\/(?:heads|pull)\//u.test(ref)) return;
  if (await stores.reports.want(repository, after, receivedAtMs))
    await stores.jobs.enqueue(reportJob(repository, after));
}
