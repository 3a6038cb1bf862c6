import { dayMs } from "./civil-date.ts";
import type { HygienePolicy } from "./policy-for.ts";

/** Gives the lowest age in milliseconds at which a policy calls a secret overdue, or due; infinite if never. */
export function shortestScheduleMs(policy: HygienePolicy, state: "overdue" | "due"): number {
  const { schedule, dueBeforeDays } = policy;
  if (schedule === null) return Number.POSITIVE_INFINITY;
  // Three months have at least 89 days: from 1 February to 1 May.
  const days = schedule.every === "quarter" ? 89 : schedule.days;
  return Math.max(0, days - (state === "due" ? dueBeforeDays : 0)) * dayMs;
}
