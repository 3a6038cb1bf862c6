import type { KeyStore, KeyTouch } from "@keywarden/storage";
import { makeClock } from "@keywarden/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { makeSharedKeyNumbers } from "../src/usage/key-numbers.ts";
import { sortInTurns } from "../src/usage/sort-in-turns.ts";
import { makeTrafficCounts } from "../src/usage/traffic-counts.ts";
import { makeUsageRecorder } from "../src/usage/usage-recorder.ts";

function recordInto(batches: (readonly KeyTouch[])[], failures: Error[] = [], clock = makeClock(0)) {
  const keys: Pick<KeyStore, "touchLastUsed"> = {
    touchLastUsed: async (touches) => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      batches.push(touches);
    },
  };
  return makeUsageRecorder(keys, clock, makeSharedKeyNumbers());
}

test("many uses of a key are one write of the latest", async () => {
  const batches: (readonly KeyTouch[])[] = [];
  const usage = recordInto(batches);
  for (const atMs of [3, 9, 5]) usage.used("a", atMs);
  usage.denied("a", 7);
  usage.denied("b", 1);

  await usage.flush();
  await usage.flush();

  expect(batches).toEqual([
    [
      { keyId: "a", lastUsedAtMs: 9, lastDeniedAtMs: 7 },
      { keyId: "b", lastDeniedAtMs: 1 },
    ],
  ]);
});

test("what could not be written is written the next time, together with what came since", async () => {
  const batches: (readonly KeyTouch[])[] = [];
  const usage = recordInto(batches, [new Error("disk full")]);
  usage.used("a", 5);

  await expect(usage.flush()).rejects.toThrow("disk full");
  usage.used("a", 4);
  usage.used("b", 6);
  await usage.flush();

  expect(batches).toEqual([
    [
      { keyId: "a", lastUsedAtMs: 5 },
      { keyId: "b", lastUsedAtMs: 6 },
    ],
  ]);
});

test("few keys are written at every tick, more every ten seconds and many once a minute, in the order of their ids", async () => {
  const batches: (readonly KeyTouch[])[] = [];
  const clock = makeClock(0);
  const usage = recordInto(batches, [], clock);
  const use = (count: number) => {
    for (let index = count; index > 0; index -= 1) usage.used(`k${String(index).padStart(4, "0")}`, clock());
  };
  const sizes = () => batches.map(({ length }) => length);

  use(200);
  await usage.tick();
  use(2000);
  clock.advance(9_999);
  await usage.tick();
  expect(sizes()).toEqual([200]);
  clock.advance(1);
  await usage.tick();
  expect(sizes()).toEqual([200, 2000]);
  use(2001);
  clock.advance(59_999);
  await usage.tick();
  expect(sizes()).toEqual([200, 2000]);
  use(2001);
  clock.advance(1);
  await usage.tick();
  expect(sizes()).toEqual([200, 2000, 2000, 1]);
  const written = batches.slice(2).flatMap((touches) => touches.map(({ keyId }) => keyId));
  expect(written).toEqual(written.toSorted());
  expect(batches[2]?.[0]).toEqual({ keyId: "k0001", lastUsedAtMs: 69_999 });
});

test("all of many keys are written when they are asked for", async () => {
  const batches: (readonly KeyTouch[])[] = [];
  const usage = recordInto(batches);
  for (let index = 0; index < 3000; index += 1) usage.used(`k${index}`, 1);
  await usage.tick();
  expect(batches).toHaveLength(0);
  await usage.flush();
  await usage.flush();
  expect(batches.map(({ length }) => length)).toEqual([2000, 1000]);
});

test("counts keep their keys where the numbers that they share with last uses begin again", async () => {
  const batches: (readonly KeyTouch[])[] = [];
  const numbers = makeSharedKeyNumbers();
  const touchLastUsed = async (touches: readonly KeyTouch[]) => void batches.push(touches);
  const usage = makeUsageRecorder({ touchLastUsed }, makeClock(0), numbers);
  const counts = makeTrafficCounts(numbers.current());
  const cell = { outcome: "allowed", country: "NZ", feature: "GET /v1" };
  const use = (id: string) => {
    counts.add({ id, provider: "example" }, cell, 1);
    usage.used(id, 7);
  };
  for (let index = 0; index < 2001; index += 1) use(`k${index}`);
  const before = numbers.current();
  await usage.flush();
  expect(numbers.current()).not.toBe(before);
  use("new");
  use("k2000");
  counts.add(null, cell, 1);
  await usage.flush();

  expect(batches.at(-1)?.map(({ keyId }) => keyId)).toEqual(["k2000", "new"]);
  const counted = [...counts].map(({ keyId, requests }) => [keyId, requests]);
  expect(counted.slice(2000)).toEqual([
    ["k2000", 2],
    ["new", 1],
    [null, 1],
  ]);
});

test("counts are given by minute and then by key, whichever was used first", async () => {
  const counts = makeTrafficCounts(makeSharedKeyNumbers().current());
  const cell = { outcome: "allowed", country: "NZ", feature: "GET /v1" };
  const denied = { ...cell, outcome: "key-expired" };
  const use = (id: string, minute: number, how = cell) =>
    counts.add({ id, provider: "example" }, how, minute);
  for (const id of ["c", "a", "d", "b"]) use(id, 7);
  for (const id of ["b", "a"]) use(id, 6);
  use("a", 8);
  use("a", 8, denied);
  counts.add(null, denied, 7);

  const given = [...(await counts.inOrder())].map(
    ({ keyId, startMs }) => `${startMs / 60_000} ${keyId ?? "-"}`,
  );
  expect(given).toEqual(["6 a", "6 b", "7 -", "7 a", "7 b", "7 c", "7 d", "8 a", "8 a"]);
  expect(new Set(await counts.inOrder())).toEqual(new Set(counts));
});

test("ids have one number each, by which they are found and sorted as texts", () => {
  const own = fc
    .string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 6, maxLength: 122 })
    .map((digits) => `key_${digits}`);
  const id = fc.oneof(
    own,
    fc.string({ unit: "grapheme", maxLength: 60 }),
    fc.string({ unit: fc.constantFrom("a", "f"), maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(id, { maxLength: 2000, size: "max" }), (ids) => {
      const numbers = makeSharedKeyNumbers().current();
      const model = new Map<string, number>();
      for (const one of ids) {
        const number = numbers.numberOf(one);
        expect(number).toBe(model.get(one) ?? model.size + 1);
        model.set(one, number);
      }
      for (const [one, number] of model)
        expect([numbers.numberOf(one), numbers.idOf(number)]).toEqual([number, one]);
      expect([numbers.highest, numbers.idOf(0), numbers.idOf(model.size + 1)]).toEqual([
        model.size,
        undefined,
        undefined,
      ]);
      const sorted = [...model.values()].toSorted(numbers.compare).map(numbers.idOf);
      expect(sorted).toEqual([...model.keys()].toSorted((left, right) => (left < right ? -1 : 1)));
    }),
    { numRuns: 20 },
  );
});

test.each([0, 1, 4096, 4097, 30_000])("%i numbers are sorted, none lost or given twice", async (count) => {
  const numbers = Int32Array.from({ length: count }, (_, index) => (index * 7919) % 9973);
  const sorted = [...numbers].toSorted((one, other) => other - one);
  expect([...(await sortInTurns(numbers, (one, other) => other - one))]).toEqual(sorted);
});
