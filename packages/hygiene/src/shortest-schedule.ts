import { dayMs } from "./civil-date.ts";
import type { HygienePolicy } from "./policy-for.ts";

/** Gives the least age in milliseconds at which a policy ever calls a secret overdue, or due; infinite when never. */
export function shortestScheduleMs(policy: HygienePolicy, state: "overdue" | "due"): number {
  const { schedule, dueBeforeDays } = policy;
  if (schedule === null) return Number.POSITIVE_INFINITY;
  // Three months have 89 days at least: from the first of February to that of May.
  const days = schedule.every === "quarter" ? 89 : schedule.days;
  return Math.max(0, days - (state === "due" ? dueBeforeDays : 0)) * dayMs;
}
