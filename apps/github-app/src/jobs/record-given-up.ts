import { isZeroId } from "@keywarden/git";
import type { ExposureStores } from "@keywarden/storage";
import { reportJob } from "./job-payloads.ts";
import type { Observation } from "./job-payloads.ts";

/**
 * Records that a scan was given up: the commit's report says that nothing is known, and what a sweep of the refs has found is
 * found by the next one again, as no delivery tells of it.
 */
export async function recordGivenUp(
  stores: ExposureStores,
  host: string,
  observation: Observation,
  code: string,
): Promise<void> {
  const commit = observation.deleted ? observation.before : observation.after;
  if (isZeroId(commit)) return;
  const repository = { host, repositoryId: observation.repository.id };
  if (observation.source === "ref-sweep") {
    const sweptAtMs = (await stores.repositories.get(repository))?.sweptAtMs ?? null;
    if (sweptAtMs !== null) await stores.repositories.setSwept(repository, { sweptAtMs, sweptRefs: null });
  }
  await stores.reports.want(repository, commit, observation.receivedAtMs);
  await stores.reports.record(repository, commit, { givenUp: code });
  await stores.jobs.enqueue(reportJob(repository, commit));
}
