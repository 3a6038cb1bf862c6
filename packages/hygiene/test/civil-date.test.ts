import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addMonths, civilFromDays, daysFromCivil } from "../src/civil-date.ts";
import { dayMs } from "./key.ts";

// Every instant that a Date can hold, less the months that are added.
const instant = fc.integer({ min: -8_630_000_000_000_000, max: 8_630_000_000_000_000 });
const nearInstant = fc.integer({ min: 0, max: 8_000_000_000_000 });
const days = fc.integer({ min: -99_000_000, max: 99_000_000 });

describe("the civil calendar", () => {
  it("agrees with Date on every day", () => {
    fc.assert(
      fc.property(days, (day) => {
        const date = new Date(day * dayMs);
        expect(civilFromDays(day)).toEqual({
          year: date.getUTCFullYear(),
          month: date.getUTCMonth() + 1,
          day: date.getUTCDate(),
        });
      }),
      { numRuns: 5_000 },
    );
  });

  it("agrees with Date on each day of 800 years", () => {
    let wrong = 0;
    for (let day = -146_097; day < 146_097; day += 1) {
      const date = new Date(day * dayMs);
      const { month, day: dayOfMonth } = civilFromDays(day);
      if (month !== date.getUTCMonth() + 1 || dayOfMonth !== date.getUTCDate()) wrong += 1;
    }
    expect(wrong).toBe(0);
  });

  it("counts days back from dates", () => {
    expect(daysFromCivil({ year: 1970, month: 1, day: 1 })).toBe(0);
    fc.assert(fc.property(days, (day) => daysFromCivil(civilFromDays(day)) === day));
  });

  it("adds months as Date does, but never into the month after", () => {
    fc.assert(
      fc.property(fc.oneof(instant, nearInstant), fc.integer({ min: 0, max: 24 }), (atMs, months) => {
        const date = new Date(atMs);
        const first = new Date(atMs);
        first.setUTCDate(1);
        first.setUTCMonth(first.getUTCMonth() + months);
        const last = new Date(first);
        last.setUTCMonth(last.getUTCMonth() + 1, 0);
        first.setUTCDate(Math.min(date.getUTCDate(), last.getUTCDate()));
        expect(addMonths(atMs, months)).toBe(first.getTime());
      }),
      { numRuns: 2_000 },
    );
  });

  it("has quarters of 89 days, across a February of 28, to 92", () => {
    const spans = new Set<number>();
    for (let day = 0; day < 146_097; day += 1) spans.add(addMonths(day * dayMs, 3) / dayMs - day);
    expect([...spans].sort((a, b) => a - b)).toEqual([89, 90, 91, 92]);
  });

  it.each([
    ["2026-01-31T10:20:30.456Z", "2026-04-30T10:20:30.456Z"],
    ["2026-11-30T00:00:00.000Z", "2027-02-28T00:00:00.000Z"],
    ["2027-11-29T00:00:00.000Z", "2028-02-29T00:00:00.000Z"],
    ["2027-11-30T23:59:59.999Z", "2028-02-29T23:59:59.999Z"],
    ["2026-12-15T00:00:00.000Z", "2027-03-15T00:00:00.000Z"],
    ["1969-10-01T00:00:00.001Z", "1970-01-01T00:00:00.001Z"],
  ])("takes %s three months later to %s", (from, to) => {
    expect(new Date(addMonths(Date.parse(from), 3)).toISOString()).toBe(to);
  });
});
