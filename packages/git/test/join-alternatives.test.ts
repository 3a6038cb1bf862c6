import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinAlternatives } from "../src/hooks/join-alternatives.ts";

const piece = fc.constantFrom("a", "b", "ab", "c", "b-d-", "^a", "\n");
const pieces = fc
  .array(piece, { minLength: 1, maxLength: 6 })
  // A line feed stands at the ends alone.
  .map((all) => all.filter((one, index) => one !== "\n" || index === 0 || index === all.length - 1));

const alone = (sequence: readonly string[]): string =>
  sequence
    .map((one, index) => (one === "\n" ? (index === 0 ? "^" : "$") : one.length > 1 ? `[${one}]` : one))
    .join("");

describe("sequences joined into one expression", () => {
  it("are found exactly where one of them is", () => {
    fc.assert(
      fc.property(
        fc.array(pieces, { minLength: 1, maxLength: 12 }),
        fc.string({ unit: fc.constantFrom("a", "b", "c", "d", "-", "\n"), maxLength: 20 }),
        (sequences, text) => {
          const flat = new RegExp(sequences.map(alone).join("|"), "m");
          expect(new RegExp(joinAlternatives(sequences), "m").test(text)).toBe(flat.test(text));
        },
      ),
      {
        numRuns: 3000,
        examples: [
          [
            [
              ["c", "a", "^a"],
              ["c", "^a"],
              ["a", "a"],
            ],
            "ca-",
          ],
        ],
      },
    );
  });

  it("share what they begin with, what they end with, and brackets", () => {
    const words = ["sk_live_", "sk_test_", "sk_t", "pk_"].map((word) => Array.from(word));
    expect(joinAlternatives(words)).toBe("(sk_(live_|t)|pk_)");
    expect(
      joinAlternatives([
        [..."ab", "0-9", "0-9"],
        [..."cd", "0-9", "0-9"],
      ]),
    ).toBe("(ab|cd)[0-9][0-9]");
    expect(joinAlternatives([[..."L1N"], [..."L2N"], ["L", "a-f-", "N"]])).toBe("L[12a-f-]N");
  });
});
