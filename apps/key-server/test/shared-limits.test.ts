import type { RateStore } from "@keywarden/storage";
import { makeClock } from "@keywarden/testing";
import { expect, test } from "vitest";
import { makeSharedLimits } from "../src/restrictions/shared-limits.ts";

/** A store whose windows are one slot each, and which counts how often it is asked. */
function makeRates(clock: () => number) {
  const used = new Map<string, number>();
  let questions = 0;
  const rates: RateStore = {
    take: async ({ id, windowMs, limit, wanted }) => {
      questions += 1;
      const name = `${id} ${windowMs}`;
      const before = used.get(name) ?? 0;
      const granted = Math.max(0, Math.min(wanted, limit - before));
      used.set(name, before + granted);
      const slots = [...Array<number>(50).fill(0), before + granted];
      return { granted, slots, slotStartMs: clock() };
    },
    prune: async () => 0,
    giveBack: async ({ id, windowMs, unused }) => {
      const name = `${id} ${windowMs}`;
      used.set(name, (used.get(name) ?? 0) - unused);
    },
  };
  return { rates, used, questions: () => questions };
}

test("requests that come at once are asked for together, and each gets its own answer", async () => {
  const clock = makeClock(0);
  const { rates, used, questions } = makeRates(clock);
  const limits = [{ requests: 10, windowSeconds: 60 }];
  const limiter = makeSharedLimits(rates, clock);
  const decisions = await Promise.all(Array.from({ length: 25 }, () => limiter.take("key_1", limits)));
  expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(10);
  expect([used.get("key_1 60000"), questions()]).toEqual([10, 2]);
  expect(decisions.at(-1)?.states).toMatchObject([{ requests: 10, windowSeconds: 60, remaining: 0 }]);
});

test("of two limits the scarcer decides, and the other gets back what was not used", async () => {
  const clock = makeClock(0);
  const { rates, used } = makeRates(clock);
  const limits = [
    { requests: 10, windowSeconds: 60 },
    { requests: 2, windowSeconds: 1 },
  ];
  const limiter = makeSharedLimits(rates, clock);
  const decisions = await Promise.all(Array.from({ length: 4 }, () => limiter.take("key_1", limits)));
  expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(2);
  expect([used.get("key_1 60000"), used.get("key_1 1000")]).toEqual([2, 2]);
});

test("what costs more than is left is refused, and takes nothing", async () => {
  const clock = makeClock(0);
  const { rates, used } = makeRates(clock);
  const limiter = makeSharedLimits(rates, clock);
  const limits = [{ requests: 5, windowSeconds: 60 }];
  expect((await limiter.take("key_1", limits, 3)).allowed).toBe(true);
  expect(await limiter.take("key_1", limits, 3)).toMatchObject({
    allowed: false,
    states: [{ remaining: 2 }],
  });
  expect(used.get("key_1 60000")).toBe(3);
  expect((await limiter.take("key_1", limits, 2)).allowed).toBe(true);
});

test("a limit that is used up is not asked about until something can be free", async () => {
  const clock = makeClock(0);
  const { rates, questions, used } = makeRates(clock);
  const limiter = makeSharedLimits(rates, clock);
  const limits = [{ requests: 1, windowSeconds: 60 }];
  await limiter.take("key_1", limits);
  await limiter.take("key_1", limits);
  const before = questions();
  for (let count = 0; count < 50; count += 1)
    expect((await limiter.take("key_1", limits)).allowed).toBe(false);
  expect(questions()).toBe(before);
  clock.advance(60_000);
  used.clear();
  expect((await limiter.take("key_1", limits)).allowed).toBe(true);
  expect((await limiter.take("key_1", [{ requests: 5, windowSeconds: 60 }])).allowed).toBe(true);
});

test("a storage that fails fails the request, and the next one is asked again", async () => {
  const clock = makeClock(0);
  const { rates } = makeRates(clock);
  let fails = true;
  const failing: RateStore = {
    ...rates,
    take: (asked) => (fails ? Promise.reject(new Error("away")) : rates.take(asked)),
  };
  const limiter = makeSharedLimits(failing, clock);
  const limits = [{ requests: 1, windowSeconds: 60 }];
  await expect(limiter.take("key_1", limits)).rejects.toThrow("away");
  fails = false;
  expect((await limiter.take("key_1", limits)).allowed).toBe(true);
});
