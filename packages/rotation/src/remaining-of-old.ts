import type { RotationState } from "./journal/replay.ts";

/**
 * Says how long the old secret still works, by what the provider told and what has passed here since. A clock that was
 * set back in between adds nothing, and one that was set forward only makes the provider be asked earlier.
 */
export function remainingOfOld(
  { ms, toldAtMs }: NonNullable<RotationState["oldRemaining"]>,
  nowMs: number,
): number {
  return Math.max(0, ms - Math.max(0, nowMs - toldAtMs));
}
