import { isZeroId } from "@keywarden/git";
import type { ExposureStores } from "@keywarden/storage";
import { reportJob } from "./job-payloads.ts";
import type { Observation } from "./job-payloads.ts";

/** Records that a scan was given up, so that the commit's report says that nothing is known. */
export async function recordGivenUp(
  stores: ExposureStores,
  host: string,
  observation: Observation,
  code: string,
): Promise<void> {
  const commit = observation.deleted ? observation.before : observation.after;
  if (isZeroId(commit)) return;
  const repository = { host, repositoryId: observation.repository.id };
  await stores.reports.want(repository, commit, observation.receivedAtMs);
  await stores.reports.record(repository, commit, { givenUp: code });
  await stores.jobs.enqueue(reportJob(repository, commit));
}
