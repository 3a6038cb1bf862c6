import { describe, expect, it } from "vitest";
import {
  alphabetCharacters,
  aforo,
  auroraSolar,
  azotte,
  builtInProviders,
  findFormat,
  generateKey,
  KeyFormatError,
  type KeyFormat,
} from "@keywarden/key-format";
import { makeRandom } from "./random.ts";

const [format] = aforo.formats as readonly [KeyFormat];

describe("generateKey", () => {
  it("makes keys of at least 160 random bits for every built-in format", () => {
    for (const { body } of builtInProviders.flatMap(({ formats }) => formats)) {
      const bits = body.issuedLength * Math.log2(alphabetCharacters(body.alphabet).length);
      expect(bits).toBeGreaterThanOrEqual(160);
    }
  });

  it("rejects the bytes that would make some characters likelier than others", () => {
    const bytes = [255, 248, 0, 61, 247];
    const key = generateKey(format, (sizeBytes) =>
      Uint8Array.from({ length: sizeBytes }, () => bytes.shift() ?? 62),
    );
    // 62 × 4 = 248: the first two bytes are dropped, and then 0 → 0, 61 → z, 247 → z, 62 → 0.
    expect(key.reveal()).toBe(`${format.prefix}0zz${"0".repeat(37)}`);
  });

  it("draws every character of an alphabet about equally often", () => {
    const counts = new Map<string, number>();
    const random = makeRandom(7);
    for (let count = 0; count < 2_000; count += 1) {
      for (const character of generateKey(format, random).reveal().slice(8)) {
        counts.set(character, (counts.get(character) ?? 0) + 1);
      }
    }
    const expected = (2_000 * 40) / 62;
    expect(counts.size).toBe(62);
    for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(expected * 0.2);
  });

  it("stops at a generator that gives too few bytes", () => {
    expect(() => generateKey(format, () => new Uint8Array(1))).toThrow(
      expect.objectContaining({ code: "KEY_FORMAT_RANDOMNESS" }),
    );
  });

  it("stops at a generator that is stuck", () => {
    const stuck = () => generateKey(format, (sizeBytes) => new Uint8Array(sizeBytes).fill(255));
    expect(stuck).toThrow(KeyFormatError);
    expect(stuck).toThrow("no usable byte");
  });

  it("refuses to make a secret key that could be guessed", () => {
    const weak: KeyFormat = { ...format, body: { ...format.body, length: 21, issuedLength: 21 } };
    expect(() => generateKey(weak, makeRandom(1))).toThrow(
      expect.objectContaining({ code: "KEY_FORMAT_WEAK" }),
    );
    expect(generateKey({ ...weak, kind: "publishable" }, makeRandom(1)).reveal()).toHaveLength(29);
  });
});

describe("findFormat", () => {
  it("finds by kind, environment and label", () => {
    expect(findFormat(auroraSolar, { kind: "restricted", environment: "sandbox" })?.prefix).toBe("rk_sand_");
    expect(findFormat(azotte, { kind: "publishable", label: "dev" })?.prefix).toBe("pk_dev_");
    expect(findFormat(azotte, { kind: "secret" })?.prefix).toBe("sk_dev_");
  });

  it("finds nothing where the provider has no such key", () => {
    expect(findFormat(aforo, { kind: "restricted" })).toBeUndefined();
    expect(findFormat(aforo, { kind: "secret", environment: "production", label: "prod" })).toBeUndefined();
  });
});
