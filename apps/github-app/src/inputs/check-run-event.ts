import { z } from "zod";
import { confirmJob, objectIdSchema } from "../jobs/job-payloads.ts";
import { requestReports } from "../report/request-report.ts";
import { malformed } from "./event-parts.ts";
import type { Input } from "./input.ts";

const eventSchema = z.object({
  action: z.string(),
  check_run: z.object({
    head_sha: objectIdSchema,
    app: z.object({ id: z.int() }).nullable(),
  }),
  repository: z.object({ id: z.int().positive() }),
});

/** Asks the providers again about the keys of a commit when somebody clicks on "Re-run". */
export const readCheckRunEvent: Input = (payload, { host, appId }) => {
  const read = eventSchema.safeParse(payload);
  if (!read.success) return malformed(read.error);
  const { action, check_run: run, repository } = read.data;
  if (action !== "rerequested" || run.app?.id !== appId)
    return { outcome: "ignored", why: "this asks for nothing" };
  const id = { host, repositoryId: repository.id };
  return {
    outcome: "act",
    job: null,
    about: { action, commit: run.head_sha },
    async record(stores) {
      for (const exposure of await stores.exposures.listByCommits(id, [run.head_sha]))
        await stores.jobs.enqueue(confirmJob(exposure.id));
      await requestReports(stores, id, [run.head_sha]);
    },
  };
};
