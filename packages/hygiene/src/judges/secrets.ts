import type { AuditPolicy } from "../audit-policy.ts";
import { dayMs } from "../civil-date.ts";
import type { RuleJudgement } from "../finding.ts";
import type { AuditedKey } from "../key-facts.ts";
import { nextCommand, renewCommand } from "../next-command.ts";
import { describeDays } from "../spans.ts";

/** Judges how long the key, and the secret before the current one, may still live. */
export function judgeSecrets(key: AuditedKey, policy: AuditPolicy, nowMs: number): readonly RuleJudgement[] {
  return [...judgeGrace(key, policy, nowMs), ...judgeExpiry(key, policy, nowMs)];
}

function judgeGrace(key: AuditedKey, { graceSeconds }: AuditPolicy, nowMs: number): readonly RuleJudgement[] {
  const { graceUntilMs, replacedAtMs, secretCreatedAtMs } = key;
  const next = nextCommand("revoke", key.id);
  if (replacedAtMs !== undefined) {
    const sinceMs = replacedAtMs + graceSeconds * 1000;
    if (nowMs < sinceMs) return [];
    const message = `revoke it: its successor was created ${describeDays(nowMs - replacedAtMs)} ago, and both are live`;
    return [{ rule: "grace-exceeded", message, sinceMs, deadlineMs: sinceMs, next }];
  }
  const sinceMs = secretCreatedAtMs + graceSeconds * 1000;
  if (graceUntilMs === null || nowMs >= graceUntilMs || nowMs < sinceMs) return [];
  const message = `end the old secret: the grace period of ${graceSeconds} s is over, and it stays valid for another ${describeDays(graceUntilMs - nowMs)}`;
  // Only another rotation ends an old secret early.
  const end = nextCommand("rotate --end-grace", key.id);
  return [{ rule: "grace-exceeded", message, sinceMs, deadlineMs: sinceMs, next: end }];
}

const leastLifeDays = 90;

function judgeExpiry(
  key: AuditedKey,
  { expiringWithinDays }: AuditPolicy,
  nowMs: number,
): readonly RuleJudgement[] {
  const { expiresAtMs } = key;
  if (expiresAtMs === null) return [];
  const sinceMs = expiresAtMs - expiringWithinDays * dayMs;
  if (nowMs < sinceMs) return [];
  const message = `renew it: it stops working in ${describeDays(expiresAtMs - nowMs)}`;
  // A successor takes over the expiry, so a rotation alone would not help.
  const lifeMs = Math.max(expiresAtMs - key.createdAtMs, leastLifeDays * dayMs);
  const next = renewCommand(key.id, nowMs + lifeMs);
  return [{ rule: "expiring-soon", message, sinceMs, deadlineMs: expiresAtMs, next }];
}
