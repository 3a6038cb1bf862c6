import { describe, expect, it } from "vitest";
import { checksumOf } from "../src/checksum.ts";
import type { ProviderProfile } from "../src/profile.ts";
import { validateKey } from "../src/validate-key.ts";
import { formatOf, profileOf } from "./own-profile.ts";

const random = "q7Zt2LmX9bRw4KcV8nHs";
// A hash that tells every text apart and needs no library.
const sha256 = (content: string | Uint8Array): string => `hash of ${content.toString()}`;
const validate = (text: string, ...providers: readonly ProviderProfile[]) =>
  validateKey(text, { providers, sha256 });

const stated = profileOf("stated", formatOf({ stated: true }));
const ranged = profileOf("ranged", formatOf({ length: { min: 12, max: 30 } }));
const hex = profileOf("hex", formatOf({ alphabet: "hex" }));
const long = profileOf("long", formatOf({ length: 40 }));
const summed = profileOf(
  "summed",
  formatOf({ length: 26, checksum: { algorithm: "crc32-base62", length: 6, covers: "body" } }),
);

describe("a text that cannot be read", () => {
  it.each([
    ["unrecognised", "empty", ""],
    ["unrecognised", "unknown-prefix", `any_${random}`],
    ["unrecognised", "surrounding-whitespace", ` any_${random}`],
    ["malformed", "surrounding-whitespace", ` own_${random}`],
    // A prefix behind white space is looked for in 512 characters and no more.
    ["malformed", "surrounding-whitespace", ` own_${"a".repeat(507)}`],
    ["unrecognised", "too-long", ` own_${"a".repeat(508)}`],
    ["malformed", "too-long", `own_${"a".repeat(509)}`],
    ["malformed", "control-character", `own_\0${random}`],
    ["malformed", "no-body", "own_"],
  ])("is %s, %s: %j", (status, reason, text) => {
    expect(validate(text, stated)).toMatchObject({ status, reason });
  });

  it("names the problems of formats only where its body was looked at", () => {
    expect(validate(`own_\0${random}`, stated)).toMatchObject({ prefix: "own_", problems: [] });
    expect(validate(`own_${random}!`, stated)).toMatchObject({
      prefix: "own_",
      reason: "foreign-character",
      message: "character 21 after own_ is not one that such keys are made of",
      problems: [{ provider: "stated", reason: "foreign-character" }],
    });
  });

  it("is told of a prefix in capitals", () => {
    expect(validate(`OWN_${random}`, stated).message).toMatch(/own_ is written like this, in lower case$/);
  });
});

describe("a published example", () => {
  const text = `own_${random}`;
  const prints = (profile: ProviderProfile) => ({ ...profile, publishedExamples: [sha256(text)] });

  it("is one whoever prints it, and comes before what its format says", () => {
    expect(validate(text, hex, prints(long))).toEqual({
      status: "published-example",
      providers: ["long"],
      message: "LONG prints this key as an example",
      prefix: "own_",
    });
    expect(validate(text, prints(hex), stated, prints(long))).toMatchObject({
      providers: ["hex", "long"],
      message: "HEX, LONG print this key as an example",
    });
  });

  it("is told by its hash, and no other text is", () => {
    expect(validate(`${text}x`, prints(hex), ranged).status).toBe("valid");
  });
});

describe("a key that a format accepts", () => {
  it.each([
    ["by a stated length", true, [stated]],
    ["by a range", false, [ranged]],
    ["by a stated length of one of two", true, [ranged, stated]],
    [
      "by a range, and is too short for a stated length",
      false,
      [ranged, profileOf("far", formatOf({ length: 21, stated: true }))],
    ],
  ])("is valid %s: stated is %s", (_, isStated, providers) => {
    expect(validate(`own_${random}`, ...providers)).toMatchObject({ status: "valid", stated: isStated });
  });

  it("is stated by its checksum, and says which providers accept it and why others do not", () => {
    const text = `own_${random}${checksumOf(random)}`;
    const result = validate(text, long, summed, stated, ranged);
    expect(result).toMatchObject({
      status: "valid",
      stated: true,
      message: "fits the format of SUMMED, RANGED",
      providers: ["summed", "ranged"],
      key: { prefix: "own_", body: text.slice(4), kind: "secret" },
      // The nearest first.
      problems: [
        { provider: "stated", reason: "too-long", message: "30 of 24 characters" },
        { provider: "long", reason: "too-short", message: "30 of 44 characters" },
      ],
    });
    expect(result).not.toHaveProperty("key.ok");
  });

  it("names a provider with two formats of the same prefix once", () => {
    const twice = profileOf("twice", formatOf(), formatOf({ length: { min: 12, max: 30 } }));
    expect(validate(`own_${random}`, twice).message).toBe("fits the format of TWICE");
  });
});

describe("a key that every format refuses", () => {
  it("is told about the one that it misses by the least", () => {
    expect(validate(`own_${random.slice(0, 15)}`, long, hex, stated)).toEqual({
      status: "malformed",
      reason: "too-short",
      message: "19 of 24 characters (STATED)",
      prefix: "own_",
      problems: [
        { provider: "stated", reason: "too-short", message: "19 of 24 characters" },
        { provider: "long", reason: "too-short", message: "19 of 44 characters" },
        { provider: "hex", reason: "foreign-character", message: "character 1 after own_ is not hex" },
      ],
    });
  });

  it("misses a checksum by less than a length", () => {
    expect(validate(`own_${random}000000`, stated, summed)).toMatchObject({ reason: "checksum" });
  });
});

describe("a placeholder", () => {
  it("is one whatever its format says, and says by which rule", () => {
    expect(validate("own_api_key", stated)).toEqual({
      status: "placeholder",
      rule: "words",
      message: "the prefix is followed by words that ask for a key",
      prefix: "own_",
    });
    expect(validate(`own_${"a".repeat(20)}`, stated)).toMatchObject({ rule: "low-variety" });
  });

  it("is none where a checksum is right", () => {
    const zeros = "0".repeat(20);
    expect(validate(`own_${zeros}${checksumOf(zeros)}`, summed, ranged)).toMatchObject({ status: "valid" });
    expect(validate(`own_${zeros}${checksumOf(zeros)}`, ranged)).toMatchObject({ status: "placeholder" });
    expect(validate(`own_${zeros}000000`, summed)).toMatchObject({ status: "placeholder" });
  });
});
