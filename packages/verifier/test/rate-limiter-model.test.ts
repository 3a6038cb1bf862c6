import { makeClock } from "@keywarden/testing";
import { makeRateLimiter } from "@keywarden/verifier";
import * as fc from "fast-check";
import { expect, test } from "vitest";

const limits = [
  { requests: 6, windowSeconds: 5 },
  { requests: 10, windowSeconds: 20 },
];
// Of the window more than fifty moments have to share a part, which lives for a fiftieth of it longer.
const latestMs = (windowSeconds: number) => windowSeconds * 1000 * (1 + 1 / 50);

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ afterMs: fc.nat(1500), cost: fc.integer({ min: 0, max: 3 }) }) },
  // Many at once, a millisecond apart.
  { weight: 1, arbitrary: fc.record({ afterMs: fc.constant(1), cost: fc.constant(1) }) },
);

test("no stretch as long as a window has more than its limit, nothing free is refused, and what is told to wait passes then", () => {
  const seen = { allowed: 0, refused: 0 };
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 120 }), (steps) => {
      const clock = makeClock(0);
      const limiter = makeRateLimiter(clock);
      const taken: { readonly atMs: number; readonly cost: number }[] = [];
      const within = (ms: number) =>
        taken.reduce((sum, { atMs, cost }) => (atMs > clock() - ms ? sum + cost : sum), 0);
      for (const { afterMs, cost } of steps) {
        clock.advance(afterMs);
        const fits = (windowMs: (seconds: number) => number) =>
          limits.every(({ requests, windowSeconds }) => within(windowMs(windowSeconds)) + cost <= requests);
        const isRoom = limits.every(
          ({ requests, windowSeconds }) => within(latestMs(windowSeconds)) < requests,
        );
        expect(!isRoom || limiter.hasRoom("key", limits)).toBe(true);
        const { allowed, states } = limiter.take("key", limits, cost);
        seen[allowed ? "allowed" : "refused"] += 1;
        expect(allowed ? fits((seconds) => seconds * 1000) : !fits(latestMs)).toBe(true);
        if (allowed) taken.push({ atMs: clock(), cost });
        for (const { requests, windowSeconds, remaining, resetSeconds } of states) {
          expect(remaining).toBeLessThanOrEqual(requests - within(windowSeconds * 1000));
          expect(remaining).toBeGreaterThanOrEqual(Math.max(0, requests - within(latestMs(windowSeconds))));
          expect(resetSeconds).toBeLessThanOrEqual(windowSeconds);
        }
      }
      // Whoever waits as long as is said gets through.
      const last = limiter.take("key", limits, 3);
      if (last.allowed) return;
      clock.advance(Math.max(...last.states.map(({ resetSeconds }) => resetSeconds)) * 1000);
      expect(limiter.take("key", limits, 3).allowed).toBe(true);
    }),
    { numRuns: 200, seed: 20_261_130 },
  );
  expect(Math.min(seen.allowed, seen.refused)).toBeGreaterThan(500);
});
