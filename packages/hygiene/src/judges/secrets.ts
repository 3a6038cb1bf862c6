import type { AuditPolicy } from "../audit-policy.ts";
import { dayMs } from "../civil-date.ts";
import type { Judgement } from "../finding.ts";
import type { AuditedKey } from "../key-facts.ts";
import { nextCommand } from "../next-command.ts";
import { describeDays } from "../spans.ts";

/** Judges how long the key, and the secret before the current one, may still live. */
export function judgeSecrets(key: AuditedKey, policy: AuditPolicy, nowMs: number): readonly Judgement[] {
  return [...judgeGrace(key, policy, nowMs), ...judgeExpiry(key, policy, nowMs)];
}

function judgeGrace(key: AuditedKey, { graceSeconds }: AuditPolicy, nowMs: number): readonly Judgement[] {
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
  const show = nextCommand("keys show", key.id);
  return [{ rule: "grace-exceeded", message, sinceMs, deadlineMs: sinceMs, next: show }];
}

function judgeExpiry(
  key: AuditedKey,
  { expiringWithinDays }: AuditPolicy,
  nowMs: number,
): readonly Judgement[] {
  const { expiresAtMs } = key;
  if (expiresAtMs === null) return [];
  const sinceMs = expiresAtMs - expiringWithinDays * dayMs;
  if (nowMs < sinceMs) return [];
  const message = `replace it: it stops working in ${describeDays(expiresAtMs - nowMs)}`;
  const next = nextCommand("rotate", key.id);
  return [{ rule: "expiring-soon", message, sinceMs, deadlineMs: expiresAtMs, next }];
}
