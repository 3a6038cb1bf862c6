import { makeClock } from "@keywarden/testing";
import { makeRateLimiter, rateLimitHeaders } from "@keywarden/verifier";
import { describe, expect, test } from "vitest";

/** A limiter of ten a minute, and what it says of one id. */
function makeRig({ requests = 10, windowSeconds = 60, mostIds = 100 } = {}) {
  const clock = makeClock(0);
  const limiter = makeRateLimiter(clock, mostIds);
  const limits = [{ requests, windowSeconds }];
  const take = (cost?: number, id = "key") => limiter.take(id, limits, cost);
  return {
    clock,
    limiter,
    take,
    isFull: (id = "key") => !limiter.hasRoom(id, limits),
    /** Takes one, and gives what is left then. */
    leftAfter: (atMs: number) => {
      clock.set(atMs);
      return take().states[0]?.remaining;
    },
    resetSeconds: (cost?: number) => take(cost).states[0]?.resetSeconds,
  };
}

describe("a window", () => {
  test("counts what was taken until exactly its length has passed", () => {
    const { clock, take } = makeRig({ requests: 1 });
    expect(take()).toEqual({
      allowed: true,
      states: [{ requests: 1, windowSeconds: 60, remaining: 0, resetSeconds: 60 }],
    });
    clock.advance(59_999);
    expect(take()).toEqual({
      allowed: false,
      states: [{ requests: 1, windowSeconds: 60, remaining: 0, resetSeconds: 1 }],
    });
    clock.advance(1);
    expect(take().allowed).toBe(true);
  });

  test("lets through a cost that just fits, and takes nothing for one that does not", () => {
    const { take } = makeRig();
    expect(take(4).allowed).toBe(true);
    expect(take(7)).toMatchObject({ allowed: false, states: [{ remaining: 6 }] });
    expect(take(6)).toMatchObject({ allowed: true, states: [{ remaining: 0 }] });
    expect(take(0).allowed).toBe(true);
    expect(take(1).allowed).toBe(false);
  });

  test("says when as much as is asked for is free: with the end of the part that makes it so", () => {
    const { clock, take, resetSeconds } = makeRig();
    for (const cost of [2, 3, 5]) {
      take(cost);
      clock.advance(10_000);
    }
    // It is second 30; the parts end in seconds 60, 70 and 80.
    expect([1, 2, 3, 5, 6, 10, 11].map(resetSeconds)).toEqual([30, 30, 40, 40, 50, 50, 50]);
  });

  test("says after what was let through when the first of it is free again", () => {
    const { clock, take, resetSeconds } = makeRig();
    take(2);
    clock.advance(10_000);
    expect(resetSeconds(1)).toBe(50);
    clock.advance(500);
    expect(resetSeconds(1)).toBe(50);
  });

  test("rounds up to a second, since what comes earlier is refused", () => {
    const { clock, take, resetSeconds } = makeRig({ requests: 1 });
    take();
    clock.advance(58_999);
    expect(resetSeconds()).toBe(2);
    clock.advance(1);
    expect(resetSeconds()).toBe(1);
  });

  test("that nothing was taken from, and cannot hold what is asked, is as long as it is", () => {
    expect(makeRig().take(11)).toMatchObject({
      allowed: false,
      states: [{ remaining: 10, resetSeconds: 60 }],
    });
  });
});

describe("whether there is room", () => {
  test("is told without taking it", () => {
    const { isFull, take, clock } = makeRig({ requests: 2 });
    expect([isFull(), isFull(), isFull()]).toEqual([false, false, false]);
    take();
    expect(isFull()).toBe(false);
    take();
    expect(isFull()).toBe(true);
    clock.advance(59_999);
    expect(isFull()).toBe(true);
    clock.advance(1);
    expect(isFull()).toBe(false);
  });

  test("is told by every limit", () => {
    const clock = makeClock(0);
    const limiter = makeRateLimiter(clock);
    const limits = [
      { requests: 5, windowSeconds: 60 },
      { requests: 1, windowSeconds: 1 },
    ];
    limiter.take("key", limits);
    expect(limiter.hasRoom("key", limits)).toBe(false);
    clock.advance(1000);
    expect(limiter.hasRoom("key", limits)).toBe(true);
  });
});

test("limits that became more or fewer are counted anew, and ones that changed their number are not", () => {
  const limiter = makeRateLimiter(makeClock(0));
  const one = { requests: 1, windowSeconds: 60 };
  const two = { requests: 2, windowSeconds: 60 };
  const allows = (...limits: readonly (typeof one)[]) => limiter.take("key", limits).allowed;
  expect([allows(one), allows(one), allows(two), allows(two)]).toEqual([true, false, true, false]);
  expect([allows(two, two), allows(two, two), allows(two, two)]).toEqual([true, true, false]);
});

describe("a window of many moments keeps fifty parts", () => {
  // A part is a fiftieth of the window at least: here a second.
  const rig = () => makeRig({ requests: 100, windowSeconds: 50 });

  test("each of a moment while there are fewer", () => {
    const { leftAfter } = rig();
    for (let ms = 0; ms < 50; ms += 1) leftAfter(ms);
    // With each millisecond one is free again, and one is taken.
    expect([49_999, 50_000, 50_001, 50_002].map(leftAfter)).toEqual([49, 49, 49, 49]);
  });

  test("what comes when there are fifty goes with the last of them, until a fiftieth has passed since its start", () => {
    const { leftAfter } = rig();
    for (let ms = 0; ms < 60; ms += 1) leftAfter(ms);
    expect(leftAfter(1_048)).toBe(39);
    expect(leftAfter(1_049)).toBe(38);
    // Of the first fifty moments 49 are over; the last part lives until its last moment is.
    expect(leftAfter(50_048)).toBe(86);
    expect(leftAfter(51_047)).toBe(85);
    expect(leftAfter(51_048)).toBe(96);
    expect(leftAfter(51_049)).toBe(96);
  });

  test("what comes in one moment is one part", () => {
    const { leftAfter } = rig();
    for (let count = 0; count < 20; count += 1) leftAfter(0);
    for (let ms = 1; ms < 50; ms += 1) leftAfter(ms);
    expect(leftAfter(50)).toBe(30);
    // Twenty in the first part, then one each; the last holds two.
    expect([50_000, 50_001].map(leftAfter)).toEqual([49, 49]);
    expect(leftAfter(50_049)).toBe(95);
  });
});

describe("memory is bounded", () => {
  test("by forgetting the half of the ids that came first, where all are in use", () => {
    const { take, isFull } = makeRig({ requests: 1, mostIds: 4 });
    for (const id of ["a", "b", "c", "d", "e"]) take(1, id);
    expect(["c", "d", "e", "a", "b"].map(isFull)).toEqual([true, true, true, false, false]);
  });

  test("and not before there are as many as that", () => {
    const { take, isFull } = makeRig({ requests: 1, mostIds: 4 });
    for (const id of ["a", "b", "c", "d"]) take(1, id);
    expect(["a", "b", "c", "d"].map(isFull)).toEqual([true, true, true, true]);
  });

  test("by forgetting first those of whom nothing counts any more", () => {
    const { clock, take, isFull } = makeRig({ requests: 1, mostIds: 4 });
    take(1, "old");
    for (const [id, atMs] of [
      ["a", 50_000],
      ["b", 60_000],
      ["c", 61_000],
      ["d", 62_000],
    ] as const) {
      clock.set(atMs);
      take(1, id);
    }
    expect(["a", "b", "c", "d"].map(isFull)).toEqual([true, true, true, true]);
  });

  test("and those who were only asked about", () => {
    const { take, isFull } = makeRig({ requests: 1, mostIds: 4 });
    take(1, "a");
    for (const id of ["b", "c", "d", "e", "f"]) isFull(id);
    expect(isFull("a")).toBe(true);
  });

  test("by the longest window of all: an id counts as long as one of its limits does", () => {
    const clock = makeClock(0);
    const limiter = makeRateLimiter(clock, 3);
    const limits = [
      { requests: 1, windowSeconds: 60 },
      { requests: 1, windowSeconds: 1 },
    ];
    const short = [{ requests: 1, windowSeconds: 2 }];
    limiter.take("a", limits);
    clock.advance(30_000);
    // The second of its limits has forgotten what the first remembers.
    expect(limiter.hasRoom("a", limits)).toBe(false);
    limiter.hasRoom("b", short);
    limiter.hasRoom("c", short);
    limiter.hasRoom("d", short);
    expect(limiter.hasRoom("a", limits)).toBe(false);
  });
});

describe("the header fields of the limits", () => {
  test("name each by its window", () => {
    const states = [
      { requests: 10, windowSeconds: 60, remaining: 4, resetSeconds: 7 },
      { requests: 100, windowSeconds: 3600, remaining: 44, resetSeconds: 77 },
    ];
    expect(rateLimitHeaders(states)).toEqual({
      "ratelimit-policy": '"per-60s";q=10;w=60, "per-3600s";q=100;w=3600',
      ratelimit: '"per-60s";r=4;t=7, "per-3600s";r=44;t=77',
    });
  });

  test("are none where there is no limit", () => {
    expect(rateLimitHeaders([])).toEqual({});
  });
});
