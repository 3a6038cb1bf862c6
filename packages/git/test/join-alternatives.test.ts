import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinAlternatives } from "../src/hooks/join-alternatives.ts";

const pieces = fc.array(fc.constantFrom("a", "b", "[ab]", "c"), { minLength: 1, maxLength: 6 });

describe("sequences joined into one expression", () => {
  it("are found exactly where one of them is", () => {
    fc.assert(
      fc.property(
        fc.array(pieces, { minLength: 1, maxLength: 12 }),
        fc.string({ unit: fc.constantFrom("a", "b", "c", "d"), maxLength: 20 }),
        (sequences, text) => {
          const flat = sequences.map((sequence) => sequence.join("")).join("|");
          expect(new RegExp(joinAlternatives(sequences)).test(text)).toBe(new RegExp(flat).test(text));
        },
      ),
    );
  });

  it("share what they begin with", () => {
    const words = ["sk_live_", "sk_test_", "sk_t", "pk_"].map((word) => Array.from(word));
    expect(joinAlternatives(words)).toBe("(sk_(live_|t)|pk_)");
  });
});
