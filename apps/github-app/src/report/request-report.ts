import type { ExposureStores, RepositoryId } from "@keywarden/storage";
import { reportJob } from "../jobs/job-payloads.ts";

/** Asks for new reports of those of the commits that have one; call it in the transaction that changes what they say. */
export async function requestReports(
  stores: Pick<ExposureStores, "reports" | "jobs">,
  repository: RepositoryId,
  commits: readonly string[],
): Promise<void> {
  for (const commit of await stores.reports.touch(repository, commits))
    await stores.jobs.enqueue(reportJob(repository, commit));
}
