import type { AuditPolicy } from "../audit-policy.ts";
import { dayMs } from "../civil-date.ts";
import type { RuleJudgement } from "../finding.ts";
import type { AuditedKey } from "../key-facts.ts";
import { nextCommand } from "../next-command.ts";
import { describeDays } from "../spans.ts";
import { usageStatus } from "../usage-status.ts";

/** Judges whether the key is used; a key whose use was not recorded for long enough is not judged. */
export function judgeUsage(key: AuditedKey, policy: AuditPolicy, nowMs: number): readonly RuleJudgement[] {
  const status = usageStatus(key, policy, nowMs);
  if (status.state !== "dormant" && status.state !== "never-used") return [];
  const unused = describeDays(nowMs - status.sinceMs + policy.dormantAfterDays * dayMs);
  const message =
    status.state === "dormant"
      ? `revoke it: unused for ${unused}`
      : `revoke it: no use in ${unused} of records`;
  return [
    {
      rule: status.state,
      message,
      sinceMs: status.sinceMs,
      deadlineMs: status.sinceMs,
      next: nextCommand("revoke", key.id),
    },
  ];
}
