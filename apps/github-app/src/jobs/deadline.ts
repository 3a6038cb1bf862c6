import type { Stage } from "./stage.ts";
import { requestReports } from "../report/request-report.ts";
import { deadlineJobSchema } from "./job-payloads.ts";
import { makeStage } from "./stage.ts";

/** Has a report that is still in progress published once more when it must be final. */
export function makeDeadlineStage(): Stage {
  return makeStage({
    kind: "deadline",
    retry: { attempts: 20, firstDelayMs: 1_000, longestDelayMs: 60_000 },
    schema: deadlineJobSchema,
    run: async ({ host, repositoryId, commit }) => ({
      record: (stores) => requestReports(stores, { host, repositoryId }, [commit]),
    }),
  });
}
