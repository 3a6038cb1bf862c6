import type { KnownRepository } from "@keywarden/storage";
import * as z from "zod";
import { AppError } from "../app-error.ts";
import { backfillJob, sweepDeliveriesJob, sweepRepositoriesJob } from "../sweeps/sweep-jobs.ts";
import { defineOperation } from "./operation.ts";

/** What the App also does by itself, asked for now. */
export const sweepOperations = {
  sweep: defineOperation({
    summary: "Check now for deliveries and refs that no event reported.",
    method: "POST",
    path: "/v1/sweep",
    right: "steer",
    input: z.object({}),
    run: async ({ storage }, _input, person) => {
      await storage.transaction(async (stores) => {
        await stores.jobs.enqueue(sweepDeliveriesJob());
        await stores.jobs.enqueue(sweepRepositoriesJob());
        await stores.audit.append({ action: "sweep.requested", actor: person });
      });
      return { queued: ["sweep-deliveries", "sweep-repositories"] };
    },
  }),
  backfill: defineOperation({
    summary: "Scan the history of one repository, or of all.",
    method: "POST",
    path: "/v1/backfill",
    right: "steer",
    input: z.object({
      /** `owner/name`; all active repositories when absent. */
      repository: z.string().max(300).optional(),
      /** Also what was scanned before. */
      again: z.boolean().default(false),
    }),
    run: async ({ storage }, { repository, again }, person) => {
      const active = await storage.repositories.list({ state: "active" });
      const chosen = active.filter((one) => repository === undefined || isNamed(one, repository));
      if (repository !== undefined && chosen.length === 0)
        throw new AppError("APP_NOT_FOUND", `the App does not know an active repository ${repository}`);
      await storage.transaction(async (stores) => {
        for (const one of chosen) await stores.jobs.enqueue(backfillJob(one.repository, again));
        const details = { repository: repository ?? null, repositories: chosen.length, again };
        await stores.audit.append({ action: "backfill.requested", actor: person, details });
      });
      return { repositories: chosen.length };
    },
  }),
} as const;

function isNamed({ owner, name }: KnownRepository, wanted: string): boolean {
  return `${owner}/${name}`.toLowerCase() === wanted.toLowerCase();
}
