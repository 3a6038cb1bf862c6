/** Makes a clock that starts at the wall clock and then follows the monotonic one, so that setting the time moves no countdown. */
export function makeSessionClock(wallClockMs: () => number, monotonicMs: () => number): () => number {
  const offsetMs = wallClockMs() - monotonicMs();
  return () => offsetMs + monotonicMs();
}
