import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findPlaceholder } from "../src/placeholder/placeholder.ts";

/** Characters in an order that no rule knows, the first of them a letter, each once. */
const mixed = "q7Zt2LmX9bRw4KcV8nHs1YfJ6dGp3TeA5uQvW0xN";

/** That many characters, of which so many are different; no long run of one is among them. */
function varied(length: number, different: number): string {
  const more = Array.from({ length }, (_, index) => mixed.charAt((index * index) % different)).join("");
  return (mixed.slice(0, different) + more).slice(0, length);
}

describe("a template or a body with its middle left out", () => {
  const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));

  it("is told by each sign of one, and by no other character", () => {
    for (const character of [...printable, "…", "•"]) {
      const rule = "<>{}[]()$%".includes(character)
        ? "template"
        : "…*•".includes(character)
          ? "elided"
          : null;
      expect([character, findPlaceholder(`q7Zt2${character}LmX9b`)]).toEqual([character, rule]);
    }
  });

  it.each([
    ["q7Zt2...LmX9b", "elided"],
    ["...", "elided"],
    ["q7Zt2..LmX9b", null],
    ["q7Zt2.x.LmX.9b", null],
  ])("%s: %s", (body, rule) => {
    expect(findPlaceholder(body)).toBe(rule);
  });
});

describe("a body with a word that no key holds", () => {
  it.each(["testkey", "TESTKEY", "Testkey", "TestKey", "replaceme", "REDACTED"])("is told by %s", (word) => {
    expect(findPlaceholder(`q7Zt2LmX9bRw4KcV${word}Private1`)).toBe("words");
    expect(findPlaceholder(`q7Zt2LmX9bRw4KcV${word.slice(0, -1)}Private1`)).toBeNull();
  });
});

describe("a body of words", () => {
  it.each([
    "apikey",
    "ApiKey",
    "APIKEY",
    "publishable",
    "api-key",
    "api_key_",
    "_api__key",
    "apikey1",
    "apikey12",
    "apikey123",
    "api_key_123",
    // One listed word, and the rest letters of one case.
    "zqwtp_key",
    "key_zqwtp",
    "ZQWTP_KEY",
    "a_zqwtp",
    // A telling word anywhere.
    "q7Zt2exampleLmX9b",
    "q7Zt2EXAMPLELmX9b",
    "q7Zt2ExampleLmX9b",
  ])("is told: %s", (body) => {
    expect(findPlaceholder(body)).toBe("words");
  });

  it.each([
    ["nothing but separators", "__-_"],
    ["nothing but digits", "12"],
    ["nothing", ""],
    ["one letter that is a word", "a"],
    ["digits inside", "api12key"],
    ["a digit inside a part", "api_k3yz"],
    ["a digit before a part", "3key_api"],
    ["a digit behind a part", "k3q_api_key3x"],
    ["a word at the end of another", "zqwtpkey"],
    ["a word at the start of another", "keyzqwtp"],
    ["two cases", "Zqwtp_key"],
    ["two cases, and one part a word", "Key_Zqwtp"],
    ["parts of one case, none a word", "zqwtp_wqz"],
    ["a telling word in no one spelling", "q7Zt2eXampleLmX9b"],
    ["half of a telling word", "q7Zt2exampLmX9b"],
  ])("is not %s", (_, body) => {
    expect(findPlaceholder(body)).toBeNull();
  });

  it("has no more than three digits at its end", () => {
    expect(findPlaceholder("apikeyvalue123")).toBe("words");
    expect(findPlaceholder("apikeyvalue7351")).not.toBe("words");
  });
});

describe("a body of few characters", () => {
  it.each([
    [3, 1],
    [11, 1],
    [12, 2],
    [15, 2],
    [16, 3],
    [23, 3],
    [24, 4],
    [31, 4],
    [32, 5],
    [200, 5],
  ])("of %i may have %i different ones, and no more", (length, limit) => {
    const [few, more] = [varied(length, limit), varied(length, limit + 1)];
    expect([new Set(few).size, new Set(more).size]).toEqual([limit, limit + 1]);
    expect(findPlaceholder(few)).toBe("low-variety");
    expect(findPlaceholder(more)).not.toBe("low-variety");
  });

  it("has at least three", () => {
    expect(findPlaceholder("qq")).toBeNull();
    expect(findPlaceholder("qqq")).toBe("low-variety");
  });

  it.each([
    ["a run of ten that is half of it", 10, 20, true],
    ["a run of ten that is less", 10, 21, false],
    ["a run of nine", 9, 18, false],
    ["a run of twelve that is half of it", 12, 24, true],
    ["a run of twelve that is less", 12, 25, false],
  ])("may have %s", (_, run, length, isLow) => {
    const rest = mixed.slice(1, 1 + length - run);
    for (const place of [0, 3, rest.length]) {
      const body = rest.slice(0, place) + "q".repeat(run) + rest.slice(place);
      expect(findPlaceholder(body) === "low-variety").toBe(isLow);
    }
  });

  it("is not one of several runs that only together are long", () => {
    const runs = ["q".repeat(6), "7".repeat(6), mixed.slice(2, 8)];
    expect(findPlaceholder(runs.join(""))).not.toBe("low-variety");
  });
});

describe("a body that repeats itself", () => {
  it.each([
    ["eight characters, twice", 8, 16, true],
    ["eight characters of seventeen", 9, 17, false],
    ["seven characters, twice", 7, 14, false],
    ["nine characters, twice", 9, 18, true],
    ["ten characters of twenty-one", 11, 21, false],
    ["five characters, four times", 5, 20, true],
    ["ten characters, and half of them again", 10, 15, false],
    ["ten characters, and ten and a half again", 10, 21, true],
  ])("is %s", (_, period, length, isRepetition) => {
    const body = mixed.slice(0, period).repeat(4).slice(0, length);
    expect(findPlaceholder(body) === "repetition").toBe(isRepetition);
  });

  it.each([
    // Where the second time begins, what was matched so far has to give way to a shorter piece.
    ["begins with what it ends with", "qq7Zt2Lq".repeat(2), true],
    ["differs in its first character", `q${mixed.slice(2, 10)}7${mixed.slice(2, 10)}`, false],
    ["differs in its last character", `${mixed.slice(2, 10)}q${mixed.slice(2, 10)}7`, false],
  ])("and %s: %s", (_, body, isRepetition) => {
    expect(findPlaceholder(body) === "repetition").toBe(isRepetition);
  });

  it("is one by the longest piece that it begins and ends with", () => {
    const pieces = fc.string({ unit: fc.constantFrom("k", "T", "w", "9", "H"), minLength: 3, maxLength: 14 });
    const bodies = fc
      .tuple(pieces, pieces, fc.integer({ min: 2, max: 5 }), fc.nat(8))
      .map(
        ([piece, tail, times, kept]) => piece.repeat(times) + tail.slice(0, kept % 3) + piece.slice(0, kept),
      );
    fc.assert(
      fc.property(bodies, (body) => {
        const rule = findPlaceholder(body);
        // The rules before this one.
        fc.pre(rule !== "words" && rule !== "low-variety");
        const borders = Array.from({ length: body.length }, (_, size) => size).filter(
          (size) => body.slice(0, size) === body.slice(body.length - size),
        );
        const border = Math.max(...borders);
        expect(rule === "repetition").toBe(border >= 8 && border * 2 >= body.length);
      }),
    );
  });
});

describe("a body in order", () => {
  it.each([
    ["two characters", "ab", false],
    ["one character", "q", false],
    ["three that go up", "klm", true],
    ["three that go down", "mlk", true],
    ["letters of both cases", "aBcDeF", true],
    ["nine and nought", "567890123", true],
    ["nought and nine", "321098765", true],
    ["eleven with one step that is none", "abcdefghijz", false],
    ["ten steps, all up", "abcdefghijk", true],
    ["twelve, nine steps of eleven", "abcdefghijzq", true],
    ["twelve, eight steps of eleven", "abcdefghizqt", false],
    ["sixteen, twelve steps of fifteen", "abcdefghijklmqtw", true],
    ["sixteen, eleven steps of fifteen", "abcdefghijklqtwz", false],
    ["sixteen, twelve steps down", "zyxwvutsrqponkgd", true],
    ["half up and half down", "abcdefgfedcb", false],
  ])("%s", (_, body, isSequence) => {
    expect(findPlaceholder(body) === "sequence").toBe(isSequence);
  });

  it.each([
    ["two that both go up", "a1b2c3d4e5f6", true],
    ["two in opposite directions", "a9b8c7d6e5f4", true],
    ["eleven of these", "a1b2c3d4e5f", false],
    ["eight steps of ten", "a1b2c3d4e5x9", true],
    ["seven steps of ten", "a1b2c3d4eqx9", false],
  ])("interleaved with another: %s", (_, body, isSequence) => {
    expect(findPlaceholder(body) === "sequence").toBe(isSequence);
  });

  it.each([
    ["one up", "k1k2k3k4k5k6k7k8", true],
    ["one down", "k8k7k6k5k4k3k2k1", true],
    ["fifteen of these", "k1k2k3k4k5k6k7k", false],
    // Of fourteen steps at a distance of two, 13 count; it stands still in 9 or in 10 places.
    ["nine that stand still in sixteen", "k1k1k1k2k3k4k5kx", true],
    ["ten that stand still in sixteen", "k1k1k1k1k2k3k4kx", false],
    // Of eighteen, 17 count, and 12 places are six tenths of twenty.
    ["eleven that stand still in twenty", "k1k1k1k2k3k4k5k6k7kx", true],
    ["twelve that stand still in twenty", "k1k1k1k1k2k3k4k5k6kx", false],
    // Eighteen of twenty steps are nine tenths.
    ["eighteen steps of twenty", "k1k2k3k4k5k6k7k8k9kxkq", true],
    ["seventeen steps of twenty", "k1k2k3k4k5k6k7k8kzkukf", false],
  ])("interleaved with a character that stays: %s", (_, body, isSequence) => {
    expect(findPlaceholder(body) === "sequence").toBe(isSequence);
  });
});
