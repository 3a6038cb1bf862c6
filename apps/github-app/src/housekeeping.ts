import type { ExposureStorage } from "@keywarden/storage";

// One day more than GitHub Enterprise Server can redeliver in, so that a late repetition is still known as one.
const keptMs = 9 * 24 * 3_600_000;

/** Forgets deliveries and done jobs that can no longer be asked about; audit, exposures and dead letters stay. */
export async function keepHouse(
  storage: Pick<ExposureStorage, "deliveries" | "jobs" | "now">,
): Promise<void> {
  await storage.deliveries.prune({ olderThanMs: keptMs });
  await storage.jobs.prune({ finishedBeforeMs: storage.now() - keptMs });
}
