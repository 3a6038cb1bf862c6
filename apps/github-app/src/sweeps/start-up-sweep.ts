import type { ExposureStorage } from "@keywarden/storage";
import { AppError } from "../app-error.ts";
import type { Part } from "../operate/readiness.ts";
import { sweepDeliveriesJob, sweepRefsKind, sweepRepositoriesJob } from "./sweep-jobs.ts";

/** Finds what was missed while no App ran; until then the App is not ready. */
export interface StartUpSweep {
  begin(): Promise<void>;
  readonly part: Part;
}

export function makeStartUpSweep({ jobs }: Pick<ExposureStorage, "jobs">): StartUpSweep {
  let left = new Set<string>();
  let hasRefsLeft = false;
  return {
    async begin() {
      const queued = [await jobs.enqueue(sweepDeliveriesJob()), await jobs.enqueue(sweepRepositoriesJob())];
      left = new Set(queued.map(({ id }) => id));
      hasRefsLeft = true;
    },
    part: {
      name: "start-up sweep",
      // Nobody but the storage is asked, and a proxy waits for the end.
      keptWhileFailingMs: 100,
      async check() {
        for (const id of left) {
          const job = await jobs.get(id);
          // One that was given up is made up for by the next, which comes within the hour.
          if (job === null || job.finishedAtMs !== null) left.delete(id);
        }
        // They are queued by the sweep of repositories; those of later sweeps make nobody wait, nor does what a push that
        // is known has judged again, some seconds later.
        if (left.size === 0 && hasRefsLeft) hasRefsLeft = (await jobs.nextDueAtMs([sweepRefsKind])) !== null;
        if (left.size > 0 || hasRefsLeft)
          throw new AppError("APP_NOT_READY", "missed deliveries and refs are still being searched for");
      },
    },
  };
}
