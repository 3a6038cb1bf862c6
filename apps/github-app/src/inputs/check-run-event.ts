import * as z from "zod";
import { confirmJob, objectIdSchema, scanGroup, scanJobId } from "../jobs/job-payloads.ts";
import type { ScanJob } from "../jobs/job-payloads.ts";
import { requestReports } from "../report/request-report.ts";
import { eventRepositorySchema, installationSchema, malformed } from "./event-parts.ts";
import type { Input } from "./input.ts";

const eventSchema = z.object({
  action: z.string(),
  check_run: z.object({
    head_sha: objectIdSchema,
    app: z.object({ id: z.int() }).nullable(),
  }),
  repository: eventRepositorySchema,
  installation: installationSchema,
});

/** Scans a commit again, and asks the providers again about its keys, when somebody clicks on "Re-run". */
export const readCheckRunEvent: Input = (payload, { host, appId, delivery, receivedAtMs }) => {
  const read = eventSchema.safeParse(payload);
  if (!read.success) return malformed(read.error);
  const { action, check_run: run, repository, installation } = read.data;
  if (action !== "rerequested" || run.app?.id !== appId)
    return { outcome: "ignored", why: "this asks for nothing" };
  const { id: repositoryId, name, owner } = repository;
  const { head_sha: sha } = run;
  const id = { host, repositoryId };
  const scan: ScanJob = {
    push: {
      source: "rerun",
      delivery,
      receivedAtMs,
      installationId: installation.id,
      repository: { id: repositoryId, name, owner: owner.login, private: repository.private },
      ref: "",
      before: "0".repeat(sha.length),
      after: sha,
      created: false,
      deleted: false,
      forced: false,
      pusher: "unknown",
    },
    inRefName: [],
  };
  return {
    outcome: "act",
    job: {
      id: scanJobId(delivery),
      kind: "scan",
      group: scanGroup(repositoryId),
      payload: scan,
      uniqueKey: `rerun:${repositoryId}:${sha}`,
    },
    about: { action, commit: sha },
    async record(stores) {
      for (const exposure of await stores.exposures.listByCommits(id, [sha]))
        await stores.jobs.enqueue(confirmJob(exposure.id));
      await requestReports(stores, id, [sha]);
    },
  };
};
