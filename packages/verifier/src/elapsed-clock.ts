/** By so much the clock of day may run ahead of the other without that time was slept through. */
const MOST_DRIFT_MS = 100;

/**
 * Makes milliseconds that only grow and count what a machine or its virtual machine slept through, which the
 * monotonic clock of most systems leaves out. A clock of day that is set forward counts as a sleep; one that is set
 * back changes nothing.
 */
export function makeElapsedClock(
  monotonicMs: () => number = () => performance.now(),
  dayMs: () => number = Date.now,
): () => number {
  let aheadMs = dayMs() - monotonicMs();
  let sleptMs = 0;
  return () => {
    const nowMs = monotonicMs();
    const moreMs = dayMs() - nowMs - aheadMs;
    if (moreMs > MOST_DRIFT_MS) sleptMs += moreMs;
    if (moreMs > MOST_DRIFT_MS || moreMs < 0) aheadMs += moreMs;
    return nowMs + sleptMs;
  };
}
