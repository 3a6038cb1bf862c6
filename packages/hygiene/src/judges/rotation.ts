import type { AuditPolicy } from "../audit-policy.ts";
import { dayMs } from "../civil-date.ts";
import type { RuleJudgement } from "../finding.ts";
import type { AuditedKey } from "../key-facts.ts";
import { nextCommand } from "../next-command.ts";
import { rotationStatus } from "../rotation-status.ts";
import { describeDays } from "../spans.ts";

/** Judges the age of the current secret. */
export function judgeRotation(key: AuditedKey, policy: AuditPolicy, nowMs: number): readonly RuleJudgement[] {
  // A key whose older secret is still live has just been rotated: its age counts, and its grace is another rule's.
  const status = rotationStatus({ ...key, graceUntilMs: null }, policy, nowMs);
  const next = nextCommand("rotate", key.id);
  if (status.state === "overdue") {
    const message = `rotate it: ${describeSchedule(policy)}, overdue for ${describeDays(nowMs - status.sinceMs)}`;
    return [{ rule: "rotation-overdue", message, sinceMs: status.sinceMs, deadlineMs: status.sinceMs, next }];
  }
  if (status.state === "due") {
    const message = `rotate it soon: ${describeSchedule(policy)}, ${describeDays(status.overdueAtMs - nowMs)} left`;
    const sinceMs = status.overdueAtMs - policy.dueBeforeDays * dayMs;
    return [{ rule: "rotation-due", message, sinceMs, deadlineMs: status.overdueAtMs, next }];
  }
  return [];
}

function describeSchedule({ schedule }: AuditPolicy): string {
  if (schedule === null) return "no schedule";
  return schedule.every === "quarter" ? "quarterly" : `every ${schedule.days} days`;
}
