import { describe, expect, it } from "vitest";
import { aero2, aforo, azotte, example } from "@keywarden/key-format";
import type { AuditedKey, RuleId } from "@keywarden/hygiene";
import { evaluateAt, judge, rulesOf, type Circumstances } from "./judge.ts";
import { dayMs, madeAtMs, makeFacts } from "./key.ts";

/** The last millisecond in which a rule does not hold, and the first in which it does. */
const edges: [rule: RuleId, ageMs: number, changes: Partial<AuditedKey>, circumstances?: Circumstances][] = [
  ["rotation-due", 76 * dayMs, {}],
  ["rotation-overdue", 90 * dayMs, {}],
  ["rotation-overdue", 30 * dayMs, {}, { settings: { rotateEveryDays: 30 } }],
  // 31 January to the last of April, to the millisecond of the day.
  ["rotation-overdue", Date.parse("2026-04-30T10:20:30.456Z") - madeAtMs, { provider: azotte.id }],
  ["dormant", 90 * dayMs, { provider: aforo.id }],
  ["dormant", 45 * dayMs, { provider: aforo.id }, { settings: { preset: "cis45" } }],
  ["never-used", 90 * dayMs, { lastUsedAtMs: null }],
  ["never-used", 100 * dayMs, { lastUsedAtMs: null, trackingSinceMs: madeAtMs + 10 * dayMs }],
  ["never-used", 45 * dayMs, { lastUsedAtMs: null }, { settings: { preset: "cis45" } }],
  ["expiring-soon", 6 * dayMs, { expiresAtMs: madeAtMs + 20 * dayMs }],
  ["grace-exceeded", 300_000, { provider: aforo.id, graceUntilMs: madeAtMs + dayMs }],
  ["grace-exceeded", 300_000, { provider: aforo.id, replacedAtMs: madeAtMs }],
  ["grace-exceeded", dayMs, { provider: aero2.id, replacedAtMs: madeAtMs }],
  [
    "owner-departed",
    5 * dayMs,
    { owner: "ann" },
    { departures: [{ member: "ann", departedAtMs: madeAtMs + 5 * dayMs }] },
  ],
];

describe("the first millisecond of a rule", () => {
  it.each<(typeof edges)[number]>(edges)(
    "%s begins after %i ms and not one earlier",
    (rule, ageMs, changes, circumstances) => {
      expect(rulesOf(changes, ageMs - 1, circumstances)).not.toContain(rule);
      const found = judge(changes, ageMs, circumstances).find((finding) => finding.rule === rule);
      expect(found).toMatchObject({ rule, sinceMs: madeAtMs + ageMs });
      expect(rulesOf(changes, ageMs + 1, circumstances)).toContain(rule);
    },
  );

  it("is the last of a rotation that is only due", () => {
    expect(rulesOf({}, 90 * dayMs - 1)).toContain("rotation-due");
    expect(rulesOf({}, 90 * dayMs)).not.toContain("rotation-due");
  });

  it.each([
    // From a day to the same day three months later, whatever the length of the quarter.
    ["2026-01-01T00:00:00.000Z", "2026-04-01T00:00:00.000Z"],
    ["2026-03-31T23:59:59.999Z", "2026-06-30T23:59:59.999Z"],
    ["2026-10-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"],
    ["2027-11-30T12:00:00.000Z", "2028-02-29T12:00:00.000Z"],
    ["2026-11-30T12:00:00.000Z", "2027-02-28T12:00:00.000Z"],
    // Europe and America change their clocks in between, UTC does not.
    ["2026-02-15T01:30:00.000Z", "2026-05-15T01:30:00.000Z"],
    ["2026-09-15T01:30:00.000Z", "2026-12-15T01:30:00.000Z"],
  ])("a quarter from %s ends at %s", (from, to) => {
    const key = makeFacts({
      provider: azotte.id,
      secretCreatedAtMs: Date.parse(from),
      lastUsedAtMs: Date.parse(to),
    });
    const at = (nowMs: number) => evaluateAt([key], nowMs).map(({ rule }) => rule);
    expect(at(Date.parse(to) - 1)).toEqual(["rotation-due"]);
    expect(at(Date.parse(to))).toEqual(["rotation-overdue"]);
  });
});

describe("evaluate", () => {
  it("finds nothing wrong with a fresh key in use", () => {
    expect(judge({}, 0)).toEqual([]);
  });

  it("says what is wrong, since when, where the rule comes from and what comes next", () => {
    expect(judge({}, 76 * dayMs)).toEqual([
      {
        rule: "rotation-due",
        severity: "low",
        keyId: "key_1",
        provider: "example",
        message: "rotate it soon: every 90 days, 14 days left",
        sinceMs: madeAtMs + 76 * dayMs,
        deadlineMs: madeAtMs + 90 * dayMs,
        source: { provider: "example", sentence: "Rotate API keys every 90 days" },
        next: "keywarden rotate key_1",
      },
    ]);
  });

  it("finds one overdue, and dormant as well", () => {
    expect(judge({}, 91 * dayMs).map(({ rule, message, next }) => [rule, message, next])).toEqual([
      ["rotation-overdue", "rotate it: every 90 days, overdue for 1 day", "keywarden rotate key_1"],
      ["dormant", "revoke it: unused for 91 days", "keywarden revoke key_1"],
    ]);
  });

  it("finds nothing wrong with revoked and expired keys, whatever else holds", () => {
    const worst: Partial<AuditedKey> = { owner: null, restrictions: [], deployedIn: ["ci", "production"] };
    expect(judge({ ...worst, revokedAtMs: madeAtMs }, 500 * dayMs)).toEqual([]);
    expect(judge({ ...worst, expiresAtMs: madeAtMs }, 500 * dayMs)).toEqual([]);
  });

  it("judges each key by its own provider's policy, in the order of the keys", () => {
    const keys = [makeFacts({ id: "a", provider: azotte.id }), makeFacts({ id: "b", provider: example.id })];
    // 31 January to 30 April is 89 days, a day less than Example's 90.
    const found = evaluateAt(keys, madeAtMs + 89 * dayMs);
    expect(found.map(({ keyId, rule }) => [keyId, rule])).toEqual([
      ["a", "rotation-overdue"],
      ["b", "rotation-due"],
    ]);
    expect(found[0]?.message).toBe("rotate it: quarterly, overdue for less than a day");
  });

  it("judges keys of a provider that nobody describes by Keywarden's defaults", () => {
    const found = judge({ provider: "acme" }, 90 * dayMs);
    expect(found.map(({ rule, source }) => [rule, source.provider])).toEqual([
      ["rotation-overdue", null],
      ["dormant", null],
    ]);
  });

  it("writes commands that are safe to paste", () => {
    const [found] = judge({ id: "a'b; rm -rf $HOME" }, 80 * dayMs);
    expect(found?.next).toBe(String.raw`keywarden rotate 'a'\''b; rm -rf $HOME'`);
    expect(judge({ id: "--yes" }, 80 * dayMs)[0]?.next).toBe("keywarden rotate -- --yes");
  });
});
