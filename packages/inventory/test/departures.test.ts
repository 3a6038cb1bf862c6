import { describe, expect, it } from "vitest";
import { readDeparted } from "../src/departures.ts";

const nowMs = Date.parse("2026-03-01T00:00:00Z");

describe("a departed member", () => {
  it.each([
    ["ann@acme.com", { member: "ann@acme.com", leftAtMs: nowMs }],
    [" ann =2026-01-31 ", { member: "ann", leftAtMs: Date.parse("2026-01-31T00:00:00Z") }],
    ["a=b=2026-01-31T17:00+01:00", { member: "a=b", leftAtMs: Date.parse("2026-01-31T16:00:00Z") }],
    ["team=core", { member: "team=core", leftAtMs: nowMs }],
  ])("is read from %s", (text, departed) => {
    expect(readDeparted(text, nowMs)).toEqual(departed);
  });

  it.each(["", " ", "=2026-01-31", "ann=2026-13-01", "ann=2026-01-31T17:00", "ann=2026"])(
    "is not read from %j: of nobody or at no known time it would be everyone's or any",
    (text) => {
      expect(readDeparted(text, nowMs)).toBeNull();
    },
  );
});
