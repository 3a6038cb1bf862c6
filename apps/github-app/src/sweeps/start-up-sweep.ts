import type { ExposureStorage } from "@keywarden/storage";
import { AppError } from "../app-error.ts";
import type { Part } from "../operate/readiness.ts";
import { deliveriesSwept } from "../repositories/settle-listing.ts";
import { repositoriesSwept, sweepDeliveriesJob, sweepRefsKind, sweepRepositoriesJob } from "./sweep-jobs.ts";

/** Finds what was missed while no App ran; until then the App is not ready. */
export interface StartUpSweep {
  begin(): Promise<void>;
  readonly part: Part;
}

export function makeStartUpSweep(storage: Pick<ExposureStorage, "jobs" | "controls" | "now">): StartUpSweep {
  const { jobs, controls } = storage;
  /** By the id of its job what says that a later one has done the same. */
  let left = new Map<string, string>();
  let beganAtMs = 0;
  let hasRefsLeft = false;
  return {
    async begin() {
      beganAtMs = storage.now();
      left = new Map([
        [(await jobs.enqueue(sweepDeliveriesJob())).id, deliveriesSwept],
        [(await jobs.enqueue(sweepRepositoriesJob())).id, repositoriesSwept],
      ]);
      hasRefsLeft = true;
    },
    part: {
      name: "start-up sweep",
      // Nobody but the storage is asked, and a proxy waits for the end.
      keptWhileFailingMs: 100,
      async check() {
        for (const [id, control] of left) {
          const job = await jobs.get(id);
          // One that was given up has not looked: the next one does, which comes within the hour.
          const isMadeUpFor = Number((await controls.get(control))?.value ?? 0) >= beganAtMs;
          if (job === null || job.state === "done" || isMadeUpFor) left.delete(id);
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
