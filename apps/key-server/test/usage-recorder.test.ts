import type { KeyTouch } from "@keywarden/storage";
import { expect, test } from "vitest";
import { makeUsageRecorder } from "../src/services/usage-recorder.ts";

function recordInto(batches: (readonly KeyTouch[])[], failures: Error[] = []) {
  return makeUsageRecorder({
    touchLastUsed: async (touches) => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      batches.push(touches);
    },
  });
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

test("the keys that have waited longest are written first where not all are, and all when all are asked for", async () => {
  const batches: (readonly KeyTouch[])[] = [];
  const usage = recordInto(batches);
  for (const keyId of ["a", "b", "c", "a", "d"]) usage.used(keyId, keyId === "a" ? 9 : 1);
  usage.denied("e", 2);

  await usage.flush(2);
  usage.used("a", 12);
  await usage.flush(2);
  await usage.flush();
  await usage.flush();

  const written = batches.map((touches) => touches.map(({ keyId }) => keyId));
  expect(written).toEqual([
    ["a", "b"],
    ["c", "d"],
    ["a", "e"],
  ]);
});
