import { makeClock } from "@keywarden/testing";
import { expect, test } from "vitest";
import { makeClockWatch } from "../src/clock-watch.ts";

function watched(aheadMs = 0) {
  const clock = makeClock();
  const steady = makeClock(0);
  const warnings: string[] = [];
  const look = makeClockWatch({
    clock,
    now: () => clock() + aheadMs,
    monotonicMs: steady,
    warn: (message) => warnings.push(message),
  });
  return {
    warnings,
    pass: (steadyMs: number, wallMs: number) => {
      steady.advance(steadyMs);
      clock.advance(wallMs);
      look();
    },
  };
}

test("time that passes is no step, however long it is between two looks", () => {
  const { warnings, pass } = watched();
  for (const elapsedMs of [1000, 0, 3_600_000]) pass(elapsedMs, elapsedMs);
  expect(warnings).toEqual([]);
});

test("a step of a minute is passed over, and one of more is told of once", () => {
  const { warnings, pass } = watched();
  pass(1000, 61_000);
  pass(1000, -59_000);
  expect(warnings).toEqual([]);

  pass(1000, 62_000);
  pass(1000, 1000);
  expect(warnings).toEqual([expect.stringContaining("went forward by 61 s")]);
});

test("a clock that is set back is told of with what that means", () => {
  const { warnings, pass } = watched();
  pass(1000, -3_600_000);
  expect(warnings).toEqual([expect.stringMatching(/set back by 3601 s.*nothing that ended begins again/)]);
});

test("a clock that was set back while no server ran is told of at the start", () => {
  expect(watched(60_000).warnings).toEqual([]);
  expect(watched(3_600_000).warnings).toEqual([expect.stringContaining("3600 s behind")]);
});
