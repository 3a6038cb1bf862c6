import type { CommitReport, RepositoryId } from "@keywarden/storage";
import type { Stage } from "./stage.ts";
import { requestReports } from "../report/request-report.ts";
import { deadlineJobSchema } from "./job-payloads.ts";
import { makeStage } from "./stage.ts";

/**
 * Has a report that is still in progress published once more when it must be final. What is settled by then was published
 * when it was; to do so again would cost GitHub's budget a request for each push.
 */
export function makeDeadlineStage(
  isSettled: (repository: RepositoryId, commit: CommitReport["commit"]) => Promise<boolean> = async () =>
    false,
): Stage {
  return makeStage({
    kind: "deadline",
    retry: { attempts: 20, firstDelayMs: 1_000, longestDelayMs: 60_000 },
    schema: deadlineJobSchema,
    run: async ({ host, repositoryId, commit }) => {
      const repository = { host, repositoryId };
      if (await isSettled(repository, commit)) return {};
      return { record: (stores) => requestReports(stores, repository, [commit]) };
    },
  });
}
