import { cleanText, textWidth } from "@keywarden/inventory";
import { hostileText } from "@keywarden/testing/hostile-text";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { paintLine, paintRule, paintSpread } from "../src/text/paint-line.ts";
import { wrapLine } from "../src/text/wrap-line.ts";
import { makePaint } from "../src/theme.ts";

describe("painting", () => {
  it("keeps painted lines inside the terminal", () => {
    const paint = makePaint(false);
    const pieces = fc.array(
      fc.tuple(fc.constantFrom("dim" as const, "bold" as const), hostileText.map(cleanText)),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(pieces, pieces, fc.integer({ min: 1, max: 100 }), (left, right, width) => {
        expect(textWidth(paintLine(left, width, paint))).toBeLessThanOrEqual(width);
        expect(textWidth(paintSpread(left, right, width, paint))).toBeLessThanOrEqual(width);
        expect(textWidth(paintRule(left, width, paint, right))).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe("breaking a line", () => {
  it("loses no word, also where the words fill a line exactly", () => {
    const broken = wrapLine([["plain", "  one two three"]], 9);
    expect(broken).toEqual([[["plain", "  one two"]], [["plain", " three"]]]);
  });
});

describe("paint", () => {
  it("adds nothing at all without colour", () => {
    expect(makePaint(false)("danger", "overdue")).toBe("overdue");
  });

  it("closes what it opens", () => {
    expect(makePaint(true)("danger", "overdue")).toBe("\u001B[31;1moverdue\u001B[0m");
    expect(makePaint(true)("plain", "fresh")).toBe("fresh");
  });
});
