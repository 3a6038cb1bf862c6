import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aforo } from "@keywarden/key-format";
import { describeDeadline, rules, type AuditedKey } from "@keywarden/hygiene";
import { evaluateAt, judge } from "./judge.ts";
import { dayMs, madeAtMs, makeFacts } from "./key.ts";

const hourMs = 3_600_000;

describe("a departure", () => {
  const departedAtMs = madeAtMs + 10 * dayMs;
  const departures = [{ member: "ann@acme.com", departedAtMs }];
  const departed = (changes: Partial<AuditedKey>, hours: number, who = departures) =>
    judge(changes, 10 * dayMs + hours * hourMs, { departures: who });

  it.each([
    ["owned", { owner: " Ann@ACME.com" }],
    ["created", { seenBy: [{ member: "ann@acme.com", how: "created", atMs: madeAtMs }] }],
    ["read", { owner: "ben", seenBy: [{ member: "ann@acme.com", how: "read", atMs: null }] }],
  ])("gives 24 hours to rotate a key that the member %s", (how, changes) => {
    expect(departed(changes, 3.5)).toEqual([
      {
        rule: "owner-departed",
        severity: "critical",
        keyId: "key_1",
        provider: "example",
        message: `rotate it within 24 h: ann@acme.com, who ${how} it, has left`,
        sinceMs: departedAtMs,
        deadlineMs: departedAtMs + 24 * hourMs,
        source: { provider: null, sentence: rules["owner-departed"].otherwise },
        next: "keywarden rotate key_1",
      },
    ]);
  });

  it.each([
    [0, "24 h left"],
    [23.5, "less than an hour left"],
    [24 - 1 / hourMs, "less than an hour left"],
    [24, "missed by less than an hour"],
    [29.9, "missed by 5 h"],
    [24 * 11, "missed by 10 days"],
  ])("after %d hours has: %s", (hours, words) => {
    const [found] = departed({ owner: "ann@acme.com" }, hours);
    expect(describeDeadline(found?.deadlineMs ?? 0, departedAtMs + hours * hourMs)).toBe(words);
  });

  it("quotes the provider that asks for it", () => {
    const [found] = departed({ provider: aforo.id, owner: "ann@acme.com" }, 1);
    expect(found?.source).toMatchObject({ provider: "aforo", sentence: expect.stringContaining("24 hours") });
  });

  it("names everyone, and counts from the first", () => {
    const both = [{ member: "ben", departedAtMs: departedAtMs + hourMs }, ...departures];
    const changes: Partial<AuditedKey> = {
      owner: "ann@acme.com",
      seenBy: [
        { member: "ann@acme.com", how: "created", atMs: null },
        { member: "ben", how: "rotated", atMs: null },
      ],
    };
    const [found] = departed(changes, 2, both);
    expect(found?.message).toContain("ann@acme.com, who owned and created it, has left, as did ben");
    expect(found?.deadlineMs).toBe(departedAtMs + 24 * hourMs);
  });

  it("says nothing of a secret that the member never had", () => {
    const rotated = { secretCreatedAtMs: departedAtMs + 1 };
    expect(departed({ ...rotated, owner: "ann@acme.com" }, 1).map(({ rule }) => rule)).toEqual(["no-owner"]);
    const earlier = { seenBy: [{ member: "ann@acme.com", how: "created", atMs: madeAtMs - 1 }] };
    expect(departed(earlier, 1)).toEqual([]);
    expect(departed({ owner: "ann" }, 1)).toEqual([]);
    expect(departed({ owner: "" }, 1, [{ member: "", departedAtMs }]).map(({ rule }) => rule)).toEqual([
      "no-owner",
    ]);
  });

  it("gives every key that the member knew exactly one deadline, and no other key any", () => {
    const members = ["ann", "ben", "cem"] as const;
    const keyOf = fc.record({
      owner: fc.constantFrom(null, ...members),
      seen: fc.subarray([...members]),
      isReplaced: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(keyOf, { maxLength: 8 }), fc.constantFrom(...members), (made, member) => {
        const keys = made.map(({ owner, seen, isReplaced }, index) =>
          makeFacts({
            id: `key_${index}`,
            owner,
            seenBy: seen.map((name) => ({ member: name, how: "read", atMs: null })),
            secretCreatedAtMs: isReplaced ? departedAtMs + 1 : madeAtMs,
          }),
        );
        const found = evaluateAt(keys, departedAtMs + hourMs, { departures: [{ member, departedAtMs }] });
        const deadlines = found.filter(({ rule }) => rule === "owner-departed");
        const known = made.flatMap(({ owner, seen, isReplaced }, index) =>
          !isReplaced && (owner === member || seen.includes(member)) ? [`key_${index}`] : [],
        );
        expect(deadlines.map(({ keyId }) => keyId)).toEqual(known);
        expect(deadlines.every(({ deadlineMs }) => deadlineMs === departedAtMs + 24 * hourMs)).toBe(true);
      }),
    );
  });
});
