import { catalogueProviders } from "@keywarden/key-format";
import { makeOwnProvider, makePatternKey } from "@keywarden/testing";
import { hostileText } from "@keywarden/testing/hostile-text";
import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { describeCalls } from "../src/sentences/describe-calls.ts";
import { describeEntry } from "../src/sentences/describe-entry.ts";
import { cleanText } from "../src/text/clean-text.ts";
import { fitText, truncateText } from "../src/text/fit-text.ts";
import { plainWidth } from "../src/text/plain-width.ts";
import { safeText } from "../src/text/safe-text.ts";
import { formatAge, formatAgo, formatCountdown, formatMoment } from "../src/text/format-duration.ts";

describe("the width of plain text", () => {
  it("is what measuring it one character after the other gives, and is left to that for any other text", () => {
    const sign = fc.constantFrom(..."az09 ~·×–—•…→−─│▁▅█▏▲▼░");
    fc.assert(
      fc.property(fc.string({ unit: sign }), (text) => {
        expect(plainWidth(text)).toBe(stringWidth(text));
      }),
    );
    for (const text of ["한글", "e\u0301", "👍", "\u001B[31mred", "a\nb", "\u200D"])
      expect(plainWidth(text)).toBeNull();
  });
});

describe("text of a server", () => {
  it.each([
    ["colours", "\u001B[31mred\u001B[0m", "red"],
    ["window titles", "a\u001B]0;owned\u0007b", "ab"],
    ["hyperlinks", "\u001B]8;;http://x\u001B\\link\u001B]8;;\u001B\\", "link"],
    ["device control strings", "a\u001BPq#0\u001B\\b", "ab"],
    ["8-bit sequences", "a\u009B2Jb", "ab"],
    ["line breaks", "one\r\ntwo\u2028three", "one two three"],
    ["tabs", "a\tb", "a b"],
    ["bidirectional overrides", "a\u202Eb\u2066c\u2069\u200F", "abc"],
    ["zero-width characters", "p\u200Ba\u200Dy\uFEFF\u00AD", "pay"],
    ["piled-up marks", "e\u0301\u0302\u0303\u0304\u0305", "e\u0301\u0302"],
    ["lone surrogates", "a\uD800b", "a\uFFFDb"],
    ["language tags", "a\u{E0041}b", "ab"],
  ])("loses its %s", (_, text, cleaned) => {
    expect(cleanText(text)).toBe(cleaned);
  });

  it("is one line without control, bidirectional or invisible characters, whatever it was", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(cleanText(text)).not.toMatch(
          // oxlint-disable-next-line eslint/no-control-regex
          /[\u0000-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/,
        );
        expect(cleanText(cleanText(text))).toBe(cleanText(text));
      }),
    );
  });

  it("keeps ordinary words of every script", () => {
    for (const word of ["payments-api", "支払い 鍵", "שלום", "clé d’accès", "🔑 rocket"]) {
      expect(cleanText(word)).toBe(word);
    }
  });
});

describe("fitting", () => {
  it("fills exactly the cells that it was given", () => {
    fc.assert(
      fc.property(
        hostileText,
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom("left" as const, "right" as const),
        (text, width, align) => {
          expect(stringWidth(fitText(cleanText(text), width, align))).toBe(width);
        },
      ),
    );
  });

  it("marks what it cut and never halves a wide character", () => {
    expect(truncateText("支払い鍵", 5)).toBe("支払…");
    expect(truncateText("支払い鍵", 4)).toBe("支…");
    expect(truncateText("payments", 8)).toBe("payments");
    expect(truncateText("payments", 4)).toBe("pay…");
    expect(truncateText("payments", 0)).toBe("");
  });
});

describe("spans of time", () => {
  it.each([
    [0, "<1m"],
    [59_999, "<1m"],
    [60_000, "1m"],
    [3_599_999, "59m"],
    [3_600_000, "1h"],
    [86_399_999, "23h"],
    [86_400_000, "1d"],
    [8_899_200_000, "103d"],
  ])("of %i ms are an age of %s", (spanMs, age) => {
    expect(formatAge(spanMs)).toBe(age);
  });

  it("count down without ever rounding up", () => {
    expect(formatCountdown(299.999)).toBe("4m 59s");
    expect(formatCountdown(300)).toBe("5m 00s");
    expect(formatCountdown(0.999)).toBe("0s");
    expect(formatCountdown(-3)).toBe("0s");
    expect(formatCountdown(599)).toBe("9m 59s");
    expect(formatCountdown(600)).toBe("10m");
    expect(formatCountdown(86_399.5)).toBe("23h");
    expect(formatCountdown(7199)).toBe("1h 59m");
  });

  it("look back and ahead", () => {
    expect(formatAgo(0, 180_000)).toBe("3m ago");
    expect(formatAgo(180_000, 0)).toBe("in 3m");
    expect(formatAgo(0, 59_999)).toBe("just now");
    expect(formatMoment(Date.UTC(2026, 10, 20, 14, 32, 5))).toBe("2026-11-20 14:32:05 UTC");
  });
});

describe("a key in a text of a server", () => {
  const masked = (text: string, own: Parameters<typeof safeText>[1]): boolean =>
    !safeText(`the note says ${text}, twice: ${text}`, own).includes(text);

  it("of any format of the catalogue is masked", () => {
    const keys = catalogueProviders
      .flatMap(({ patterns = [] }) => patterns)
      .filter(({ structure }) => structure === undefined)
      .flatMap((pattern) => pattern.variants.map((variant) => ({ pattern, variant })))
      .filter(({ variant }) => variant.prefix.length >= 3)
      .map(({ pattern, variant }, index) => makePatternKey(pattern, variant, index + 1));
    expect(keys.length).toBeGreaterThan(100);
    expect(keys.filter((key) => !masked(key, undefined))).toEqual([]);
  });

  it("of a pattern that a user defines is masked, though it holds no underscore", () => {
    const own = makeOwnProvider({
      patterns: [{ id: "acme-app", pattern: "acme-app-{base62:30}", kind: "secret", evidence: "high" }],
    });
    expect(masked(`acme-app-${"0a".repeat(15)}`, [own])).toBe(true);
  });
});

describe("what a rotation has just done", () => {
  it("says how long the old key works as the provider does, whatever the clock here says", () => {
    const untilMs = Date.UTC(2026, 0, 2);
    const told = { type: "old_deadline", sequence: 1, untilMs, remainingMs: 86_400_000 } as const;
    for (const atMs of [untilMs - 86_400_000, untilMs + 86_400_000, 0])
      expect(describeEntry({ ...told, atMs })).toBe(
        "the old key works until 2026-01-02T00:00:00.000Z, 24 h in all",
      );
    expect(describeEntry({ type: "old_deadline", sequence: 1, untilMs, atMs: untilMs - 60_000 })).toMatch(
      /, 1 min in all$/,
    );
  });
});

describe("how often a key was called", () => {
  const report = {
    requests: 30,
    from: "2026-11-19T13:00:00.000Z",
    to: "2026-11-20T13:00:00.000Z",
    countedSince: "2026-11-20T12:00:00.000Z",
  };

  it("is said for the time that has passed, not for that of a bucket that goes on", () => {
    const nowMs = Date.parse("2026-11-20T12:03:00.000Z");
    expect(describeCalls(report, nowMs)).toBe(
      "30 calls, 10 a minute (counted since 2026-11-20 12:00:00 UTC)",
    );
    expect(describeCalls({ ...report, requests: 4 }, Date.parse(report.countedSince))).toMatch(
      /^4 calls, 4.0 a minute/,
    );
    expect(describeCalls({ ...report, requests: 30 }, nowMs + 86_400_000)).toMatch(
      /^30 calls, 0\.5 a minute/,
    );
  });
});
