import { makeClock } from "@keywarden/testing";
import type { Scheduler } from "../../src/scheduler.ts";

/** Time that stands still until a test moves it; it starts now, since GitHub refuses an App whose clock is wrong. */
export interface TestTime extends Scheduler {
  readonly clock: () => number;
  /** Moves the clock and runs what has become due, in order. */
  advance(ms: number): void;
}

export function makeTestTime(): TestTime {
  const clock = makeClock(Date.now());
  let timers: { readonly atMs: number; readonly run: () => void }[] = [];
  return {
    clock: () => clock(),
    after(delayMs, run) {
      const timer = { atMs: clock() + delayMs, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      clock.advance(ms);
      const due = timers.filter(({ atMs }) => atMs <= clock()).sort((a, b) => a.atMs - b.atMs);
      timers = timers.filter((timer) => !due.includes(timer));
      for (const { run } of due) run();
    },
  };
}
