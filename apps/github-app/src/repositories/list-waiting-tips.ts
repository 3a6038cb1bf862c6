import type { ExposureStorage, Job } from "@keywarden/storage";
import { planPushRange } from "../jobs/push-range.ts";
import { scanJobSchema } from "../jobs/job-payloads.ts";

/** Wants in one call: each is an argument, and what comes later is fetched with the next. */
const mostTips = 100;

/** Gives what the other scans of a job's repository are going to fetch, those first that have waited longest. */
export async function listWaitingTips(
  { jobs }: Pick<ExposureStorage, "jobs">,
  { group, kind }: Pick<Job, "group" | "kind">,
): Promise<readonly string[]> {
  if (group === null) return [];
  const waiting = await jobs.listDue({ group, kind, limit: mostTips });
  const tips = waiting.flatMap(({ payload }) => {
    const job = scanJobSchema.safeParse(payload);
    return job.success ? (planPushRange(job.data.push, [])?.tip ?? []) : [];
  });
  return [...new Set(tips)];
}
