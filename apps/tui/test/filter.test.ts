import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesFilter } from "../src/filter/match-filter.ts";
import { parseFilter } from "../src/filter/parse-filter.ts";
import { makeKeyRow } from "../src/inventory/key-row.ts";
import { makeInventory, makeManagedKey, nowMs } from "./make-managed-key.ts";

const row = makeKeyRow(
  makeManagedKey({
    name: "Payments API",
    ageDays: 100,
    unusedDays: 95,
    tags: ["core", "team-a"],
    owner: "ada",
  }),
  nowMs,
);
const passes = (text: string): boolean => matchesFilter(parseFilter(text), row, nowMs);

describe("a filter", () => {
  it.each([
    "",
    "   ",
    "pay",
    "PAY api",
    '"payments api"',
    ":pay",
    "/pay",
    "ada",
    "a1b2",
    "!checkout",
    "provider:aforo",
    "provider:af",
    "provider:example,aforo",
    "status:overdue",
    "status:dormant",
    "env:production",
    "env:prod",
    "environment:production",
    "env:live",
    "kind:secret",
    "tag:core",
    "tag:team",
    "!tag:legacy",
    "age>90d",
    "age<20w",
    "!age>101d",
    "unused>94d",
    "unused<1y",
    "pay env:prod status:overdue !kind:publishable age>90d",
    "provider:",
    "!",
  ])("lets the key pass with %j", (text) => {
    expect(passes(text)).toBe(true);
  });

  it.each([
    "checkout",
    "!pay",
    "pay checkout",
    '"api payments"',
    "provider:azotte",
    "status:fresh",
    "status:overdue env:sandbox",
    "!env:prod",
    "tag:legacy",
    "age>100d",
    "age<100d",
    "unused>95d",
    "http://pay",
  ])("holds the key back with %j", (text) => {
    expect(passes(text)).toBe(false);
  });

  it("finds a key in its grace period by both spellings", () => {
    const inGrace = makeKeyRow(
      makeManagedKey({ grace: { until: "2026-11-20T12:05:00Z", remainingSeconds: 300 } }),
      nowMs,
    );
    expect(matchesFilter(parseFilter("status:grace"), inGrace, nowMs)).toBe(true);
    expect(matchesFilter(parseFilter("status:in-grace"), inGrace, nowMs)).toBe(true);
  });

  it("counts the time without use from creation when a key was never used", () => {
    const unused = makeKeyRow(makeManagedKey({ ageDays: 50, unusedDays: null }), nowMs);
    expect(matchesFilter(parseFilter("unused>49d"), unused, nowMs)).toBe(true);
    expect(matchesFilter(parseFilter("unused>51d"), unused, nowMs)).toBe(false);
  });

  it("says how to write a span that it cannot read, and filters by the rest", () => {
    const filter = parseFilter("age>ninety pay");
    expect(filter.problems).toEqual(["age>ninety: write a number and a unit, such as age>90d"]);
    expect(matchesFilter(filter, row, nowMs)).toBe(true);
  });

  it("reads anything without throwing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(typeof passes(text)).toBe("boolean");
      }),
    );
  });

  it("and its negation split any inventory in two", () => {
    const rows = makeInventory(200).map((key) => makeKeyRow(key, nowMs));
    const terms = fc.constantFrom(
      "status:overdue",
      "env:prod",
      "age>60d",
      "unused>30d",
      "mail",
      "tag:core",
      "provider:az",
    );
    fc.assert(
      fc.property(terms, (term) => {
        const kept = rows.filter((each) => matchesFilter(parseFilter(term), each, nowMs));
        const rest = rows.filter((each) => matchesFilter(parseFilter(`!${term}`), each, nowMs));
        expect(kept.length + rest.length).toBe(rows.length);
        expect(kept.length).toBeGreaterThan(0);
      }),
    );
  });
});
