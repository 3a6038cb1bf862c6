import { addMonths, dayMs } from "./civil-date.ts";
import type { KeyFacts } from "./key-facts.ts";
import type { HygienePolicy } from "./policy-for.ts";

/** The state of a key between two rotations. */
export type RotationStatus =
  | {
      readonly state: "fresh" | "due";
      /** The first millisecond at which the rotation is overdue; infinite if it never is. */
      readonly overdueAtMs: number;
    }
  | { readonly state: "overdue"; readonly sinceMs: number }
  | {
      readonly state: "in-grace";
      readonly graceUntilMs: number;
      /** Exact to the millisecond, so it has a fraction; always above 0. */
      readonly remainingSeconds: number;
    }
  | { readonly state: "revoked"; readonly atMs: number }
  | { readonly state: "expired"; readonly atMs: number };

/**
 * Gives the rotation state of a key. The first that applies wins: revoked, expired, in grace, overdue, due, fresh.
 *
 * Every interval is half-open: something lasts iff `nowMs` is before its end, and has begun at its start.
 */
export function rotationStatus(key: KeyFacts, policy: HygienePolicy, nowMs: number): RotationStatus {
  const { revokedAtMs, expiresAtMs, graceUntilMs } = key;
  if (revokedAtMs !== null && nowMs >= revokedAtMs) return { state: "revoked", atMs: revokedAtMs };
  if (expiresAtMs !== null && nowMs >= expiresAtMs) return { state: "expired", atMs: expiresAtMs };
  if (graceUntilMs !== null && nowMs < graceUntilMs) {
    return { state: "in-grace", graceUntilMs, remainingSeconds: (graceUntilMs - nowMs) / 1000 };
  }
  const overdueAtMs = nextRotationAtMs(key.secretCreatedAtMs, policy.schedule);
  if (nowMs >= overdueAtMs) return { state: "overdue", sinceMs: overdueAtMs };
  const due = nowMs >= overdueAtMs - policy.dueBeforeDays * dayMs;
  return { state: due ? "due" : "fresh", overdueAtMs };
}

function nextRotationAtMs(secretCreatedAtMs: number, schedule: HygienePolicy["schedule"]): number {
  if (schedule === null) return Number.POSITIVE_INFINITY;
  return schedule.every === "quarter"
    ? addMonths(secretCreatedAtMs, 3)
    : secretCreatedAtMs + schedule.days * dayMs;
}
