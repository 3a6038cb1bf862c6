import { dayMs } from "./civil-date.ts";

export const hourMs = 3_600_000;

/** Says how many whole days have passed. */
export function describeDays(spanMs: number): string {
  const days = Math.floor(spanMs / dayMs);
  return days === 0 ? "less than a day" : days === 1 ? "1 day" : `${days} days`;
}

/** Says how much time is left until a deadline, in whole hours rounded down, or by how much it was missed. */
export function describeDeadline(deadlineMs: number, nowMs: number): string {
  const hours = Math.floor(Math.abs(deadlineMs - nowMs) / hourMs);
  const span =
    hours === 0 ? "less than an hour" : hours < 72 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
  return nowMs < deadlineMs ? `${span} left` : `missed by ${span}`;
}
