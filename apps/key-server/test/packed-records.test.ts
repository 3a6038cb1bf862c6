import { sha256 } from "@keywarden/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makePackedRecords } from "../src/key-cache/packed-records.ts";

const mebibyte = 2 ** 20;

describe("a record", () => {
  test("is given back as it was put, the latest in place of those before it", () => {
    const operation = fc.tuple(fc.nat(300), fc.string({ unit: "grapheme", maxLength: 200 }));
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 2000, size: "max" }), (operations) => {
        const records = makePackedRecords(4 * mebibyte);
        const model = new Map<string, string>();
        for (const [name, text] of operations) {
          records.put(sha256(`${name}`), text);
          model.set(sha256(`${name}`), text);
        }
        for (const [digest, text] of model) expect(records.get(digest)?.text).toBe(text);
        expect(records.get(sha256("never put"))).toBeNull();
      }),
      { numRuns: 20 },
    );
  });

  test("is found among thousands whose digests begin alike", () => {
    const records = makePackedRecords(mebibyte);
    const digests = Array.from({ length: 3000 }, (_, index) => `00000000${sha256(`${index}`).slice(8)}`);
    for (const digest of digests) records.put(digest, digest.slice(-4));
    for (const digest of digests) expect(records.get(digest)?.text).toBe(digest.slice(-4));
  });

  test("has a higher number than all that were put before it", () => {
    const records = makePackedRecords(mebibyte);
    records.put(sha256("a"), "a");
    const between = records.nextNumber;
    records.put(sha256("b"), "b");
    expect(records.get(sha256("a"))?.number).toBeLessThan(between);
    expect(records.get(sha256("b"))?.number).toBe(between);
  });

  test("tells how many others were asked for since it was itself", () => {
    const records = makePackedRecords(mebibyte);
    for (const name of ["a", "b", "c"]) records.put(sha256(name), name);
    const asked = ["a", "b", "c", "a", "a"].map((name) => records.get(sha256(name))?.othersSince);
    expect(asked).toEqual([0, 1, 2, 2, 0]);
  });

  test("that is larger than a chunk is not kept", () => {
    const records = makePackedRecords(4 * mebibyte);
    records.put(sha256("large"), "x".repeat(mebibyte));
    expect(records.get(sha256("large"))).toBeNull();
  });
});

test("where there is no more room all are forgotten, and those that come next are kept", () => {
  const records = makePackedRecords(2 * mebibyte);
  const text = "x".repeat(100_000);
  const found = () => Array.from({ length: 30 }, (_, index) => records.get(sha256(`${index}`)) !== null);
  for (let index = 0; index < 20; index += 1) records.put(sha256(`${index}`), text);
  expect(found().filter(Boolean)).toHaveLength(20);
  for (let index = 20; index < 30; index += 1) records.put(sha256(`${index}`), text);
  expect(found()).toEqual(Array.from({ length: 30 }, (_, index) => index >= 20));
});

test("without room for a chunk nothing is kept", () => {
  const records = makePackedRecords(0);
  records.put(sha256("a"), "a");
  expect(records.get(sha256("a"))).toBeNull();
});
