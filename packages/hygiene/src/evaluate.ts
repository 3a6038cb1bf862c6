import { dayMs } from "./civil-date.ts";
import type { KeyFacts } from "./key-facts.ts";
import type { HygienePolicy } from "./policy-for.ts";
import { rotationStatus } from "./rotation-status.ts";
import { usageStatus } from "./usage-status.ts";

/** A key that breaks its provider's policy. */
export interface HygieneFinding {
  readonly rule: "rotation-overdue" | "rotation-due" | "dormant" | "never-used";
  readonly keyId: string;
  readonly provider: string;
  readonly message: string;
  /** From when the key breaks the rule. */
  readonly sinceMs: number;
}

/** Gives what is wrong with the keys now, in the order of the keys, rotation before use; revoked and expired keys break nothing. */
export function evaluate(
  keys: readonly KeyFacts[],
  policyOf: (provider: string) => HygienePolicy,
  nowMs: number,
): readonly HygieneFinding[] {
  return keys.flatMap((key) => {
    const policy = policyOf(key.provider);
    const about = { keyId: key.id, provider: key.provider };
    return [...judgeRotation(key, policy, nowMs), ...judgeUsage(key, policy, nowMs)].map((finding) => ({
      ...about,
      ...finding,
    }));
  });
}

type Judgement = Pick<HygieneFinding, "rule" | "message" | "sinceMs">;

function judgeRotation(key: KeyFacts, policy: HygienePolicy, nowMs: number): readonly Judgement[] {
  const status = rotationStatus(key, policy, nowMs);
  if (status.state === "overdue") {
    const message = `rotate it: ${describeSchedule(policy)}, overdue for ${elapsed(nowMs - status.sinceMs)}`;
    return [{ rule: "rotation-overdue", message, sinceMs: status.sinceMs }];
  }
  if (status.state === "due") {
    const message = `rotate it soon: ${describeSchedule(policy)}, ${elapsed(status.overdueAtMs - nowMs)} left`;
    return [{ rule: "rotation-due", message, sinceMs: status.overdueAtMs - policy.dueBeforeDays * dayMs }];
  }
  return [];
}

function judgeUsage(key: KeyFacts, policy: HygienePolicy, nowMs: number): readonly Judgement[] {
  const { state } = rotationStatus(key, policy, nowMs);
  if (state === "revoked" || state === "expired") return [];
  const status = usageStatus(key, policy, nowMs);
  if (status.state !== "dormant" && status.state !== "never-used") return [];
  const unused = elapsed(nowMs - status.sinceMs + policy.dormantAfterDays * dayMs);
  const message =
    status.state === "dormant"
      ? `revoke it: unused for ${unused}`
      : `revoke it: no use in ${unused} of records`;
  return [{ rule: status.state, message, sinceMs: status.sinceMs }];
}

function describeSchedule({ schedule }: HygienePolicy): string {
  if (schedule === null) return "no schedule";
  return schedule.every === "quarter" ? "quarterly" : `every ${schedule.days} days`;
}

// Whole units that have passed; the exact instant is in the finding.
function elapsed(spanMs: number): string {
  const days = Math.floor(spanMs / dayMs);
  return days === 0 ? "less than a day" : days === 1 ? "1 day" : `${days} days`;
}
