import type { Clock } from "./clock.ts";

/** A clock that never runs backwards, whatever the machine's clock does. */
export interface HighWaterClock {
  now(): number;
  /** How far the machine's clock is behind, in milliseconds; 0 unless it was set back. */
  behindMs(): number;
  /** Takes over a moment that another process has seen, when it is later. */
  raise(atMs: number): void;
}

/**
 * Makes a clock that starts at the mark which was stored last.
 *
 * After the machine's clock was set back, `hold` stands still until it has caught up (nothing that ended begins
 * again), and `tick` goes on at its pace (work that waits for a moment is not held up by the difference).
 */
export function makeHighWaterClock(options: {
  readonly clock: Clock;
  readonly startMs: number;
  readonly whenSetBack: "hold" | "tick";
}): HighWaterClock {
  let highestMs = options.startMs;
  let aheadMs = 0;
  const wallMs = () => Math.floor(options.clock());
  return {
    now() {
      const shownMs = wallMs() + aheadMs;
      if (shownMs < highestMs && options.whenSetBack === "tick") aheadMs += highestMs - shownMs;
      highestMs = Math.max(highestMs, shownMs);
      return highestMs;
    },
    behindMs() {
      return Math.max(0, highestMs - wallMs());
    },
    raise(atMs) {
      highestMs = Math.max(highestMs, atMs);
    },
  };
}
