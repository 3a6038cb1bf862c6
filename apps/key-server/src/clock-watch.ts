import type { Clock } from "@keywarden/storage";

export interface ClockWatchOptions {
  /** The machine's clock, which can be set. */
  readonly clock: Clock;
  /** The server's own time, which never runs backwards. */
  readonly now: Clock;
  /** Milliseconds since some moment, by a clock that nobody sets. */
  readonly monotonicMs: () => number;
  readonly warn: (message: string) => void;
}

const SMALLEST_STEP_MS = 60_000;

/**
 * Makes a function, to be called about once a second, that tells of the machine's clock being set by over a minute: a
 * step forward ends grace periods early, one back makes the server's time stand still until it has caught up.
 */
export function makeClockWatch({ clock, now, monotonicMs, warn }: ClockWatchOptions): () => void {
  let wallMs = clock();
  let steadyMs = monotonicMs();
  const behindMs = now() - wallMs;
  if (behindMs > SMALLEST_STEP_MS) {
    warn(
      `the machine's clock is ${secondsOf(behindMs)} s behind what this storage has seen; ` +
        "time stands still here until it has caught up",
    );
  }
  return () => {
    const [lastWallMs, lastSteadyMs] = [wallMs, steadyMs];
    wallMs = clock();
    steadyMs = monotonicMs();
    const stepMs = wallMs - lastWallMs - (steadyMs - lastSteadyMs);
    if (stepMs > SMALLEST_STEP_MS) {
      warn(
        `the machine's clock went forward by ${secondsOf(stepMs)} s: it was set, or the machine slept; ` +
          "what was to end in that time has ended",
      );
    }
    if (stepMs < -SMALLEST_STEP_MS) {
      warn(
        `the machine's clock was set back by ${secondsOf(-stepMs)} s; ` +
          "time stands still here until it has caught up, and nothing that ended begins again",
      );
    }
  };
}

function secondsOf(durationMs: number): number {
  return Math.round(durationMs / 1000);
}
