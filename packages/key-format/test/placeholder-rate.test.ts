import { describe, expect, it } from "vitest";
import { alphabetCharacters, findPlaceholder, generateKey, type KeyFormat } from "@keywarden/key-format";
import { allFormats, makeRandom } from "./random.ts";

const keysPerFormat = process.env.SLOW === "1" ? 500_000 : 2_000;

describe("the placeholder rules", () => {
  it(`take none of ${keysPerFormat} random keys of each format for a placeholder`, () => {
    for (const [seed, { format }] of allFormats.entries()) expect(countMistakes(format, seed)).toBe(0);
  });

  it("take none of the shortest random bodies for a placeholder", () => {
    for (const [seed, { format }] of allFormats.entries()) {
      const { length } = format.body;
      const shortest = typeof length === "number" ? length : length.min;
      // A publishable format of this length may be as weak as its document allows.
      const weak: KeyFormat = {
        ...format,
        kind: "publishable",
        body: { ...format.body, issuedLength: shortest },
      };
      expect(countMistakes(weak, 100 + seed)).toBe(0);
    }
  });

  it.each([
    [16, 3],
    [24, 4],
    [32, 5],
  ])("of low variety hit random hex of %i characters less than twice in a billion", (length, limit) => {
    expect(chanceOfVariety(16, length, limit)).toBeLessThan(2e-9);
  });

  it("of low variety hit 12 characters of base36 less than once in a billion", () => {
    expect(chanceOfVariety(36, 12, 2)).toBeLessThan(1e-9);
  });

  it("of repetition hit random hex of 16 characters less than once in a billion", () => {
    const chances = Array.from({ length: 8 }, (_, index) => 16 ** -(15 - index));
    expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeLessThan(1e-9);
  });

  it.each([
    ["hex", 16, 1e-9],
    ["base62", 12, 1e-8],
    ["base36", 12, 1e-8],
  ] as const)("of sequences hit random %s of %i characters less often than %d", (alphabet, length, limit) => {
    const characters = alphabetCharacters(alphabet).split("");
    const pairs = characters.flatMap((a) => characters.map((b) => (a + b).toLowerCase()));
    const steps = pairs.filter((pair) => {
      const distance = Math.abs(pair.charCodeAt(1) - pair.charCodeAt(0));
      return distance === 1 || pair === "09" || pair === "90";
    });
    const needed = Math.ceil((length - 2) * 0.8);
    const chance = steps.length / pairs.length;
    expect(choose(length - 2, needed) * chance ** needed).toBeLessThan(limit);
  });

  it("do not depend on the order of the alphabet", () => {
    expect(findPlaceholder(alphabetCharacters("base62").slice(0, 20))).toBe("sequence");
    expect(findPlaceholder(alphabetCharacters("base64url").slice(10, 30))).toBe("sequence");
  });
});

function countMistakes(format: KeyFormat, seed: number): number {
  const random = makeRandom(seed);
  let mistakes = 0;
  for (let count = 0; count < keysPerFormat; count += 1) {
    const body = generateKey(format, random).reveal().slice(format.prefix.length);
    if (findPlaceholder(body) !== null) mistakes += 1;
  }
  return mistakes;
}

// The union bound over every choice of that many characters.
function chanceOfVariety(alphabet: number, length: number, limit: number): number {
  return choose(alphabet, limit) * (limit / alphabet) ** length;
}

function choose(from: number, count: number): number {
  let choices = 1;
  for (let index = 0; index < count; index += 1) choices = (choices * (from - index)) / (index + 1);
  return choices;
}
