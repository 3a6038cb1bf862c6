export interface TestClock {
  /** The time in epoch milliseconds. */
  (): number;
  advance(durationMs: number): void;
  set(timeMs: number): void;
}

/** Makes a clock that only moves when told to; it starts at 2026-01-01T00:00:00Z unless given another time. */
export function makeClock(startMs: number = Date.UTC(2026, 0, 1)): TestClock {
  let nowMs = startMs;
  return Object.assign((): number => nowMs, {
    advance: (durationMs: number): void => {
      nowMs += durationMs;
    },
    set: (timeMs: number): void => {
      nowMs = timeMs;
    },
  });
}
