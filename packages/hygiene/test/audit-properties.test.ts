import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { builtInProviders } from "@keywarden/key-format";
import { rules, sourceOf, type AuditedKey } from "@keywarden/hygiene";
import { evaluateAt } from "./judge.ts";
import { dayMs, madeAtMs } from "./key.ts";

describe("whatever the keys are", () => {
  const instant = fc.integer({ min: 0, max: 400 }).map((days) => madeAtMs + days * dayMs);
  const anyKey: fc.Arbitrary<AuditedKey> = fc
    .record({
      provider: fc.constantFrom("acme", ...builtInProviders.map(({ id }) => id)),
      kind: fc.constantFrom("secret", "publishable", "restricted"),
      environment: fc.constantFrom("production", "sandbox", "development"),
      createdAtMs: instant,
      age: fc.integer({ min: 0, max: 100 * dayMs }),
      lastUsedAtMs: fc.option(instant),
      trackingSinceMs: fc.option(instant),
      expiresAtMs: fc.option(instant),
      revokedAtMs: fc.option(instant, { freq: 5 }),
      graceUntilMs: fc.option(instant),
      owner: fc.option(fc.constantFrom("ann", "ben", "")),
      restrictions: fc.constantFrom([], ["ipRanges"]),
      services: fc.subarray(["web", "billing"]),
      deployedIn: fc.subarray(["production", "ci"] as const),
    })
    .map(({ age, ...key }) => ({ ...key, id: "key_0", secretCreatedAtMs: key.createdAtMs + age }));

  it("never calls a key unused for a time in which nobody watched", () => {
    fc.assert(
      fc.property(fc.array(anyKey, { maxLength: 6 }), instant, (keys, nowMs) => {
        for (const key of keys) {
          const found = evaluateAt([key], nowMs).map(({ rule }) => rule);
          if (!found.includes("never-used")) continue;
          expect(key.lastUsedAtMs).toBeNull();
          expect(key.trackingSinceMs).not.toBeNull();
          expect(nowMs - (key.trackingSinceMs ?? nowMs)).toBeGreaterThanOrEqual(90 * dayMs);
          expect(nowMs - key.createdAtMs).toBeGreaterThanOrEqual(90 * dayMs);
        }
      }),
    );
  });

  it("gives every finding a known rule, its severity and source, and never a deadline before its beginning", () => {
    fc.assert(
      fc.property(fc.array(anyKey, { maxLength: 6 }), instant, (keys, nowMs) => {
        const made = keys.filter(({ createdAtMs }) => createdAtMs <= nowMs);
        for (const finding of evaluateAt(made, nowMs)) {
          expect(finding.severity).toBe(rules[finding.rule].severity);
          expect(finding.source).toEqual(sourceOf(finding.rule, finding.provider));
          expect(finding.next).toMatch(
            /^keywarden (rotate|revoke|accept [a-z-]+|keys restrict|keys edit --(owner "\$USER"|expires [\d-]{10}))( --end-grace)? key_/,
          );
          const { sinceMs, deadlineMs } = finding;
          expect(sinceMs ?? 0).toBeLessThanOrEqual(nowMs);
          expect(deadlineMs ?? Infinity).toBeGreaterThanOrEqual(sinceMs ?? 0);
        }
      }),
    );
  });

  it("finds the same in any order of the keys", () => {
    fc.assert(
      fc.property(fc.array(anyKey, { maxLength: 6 }), instant, (made, nowMs) => {
        const keys = made.map((key, index) => ({ ...key, id: `key_${index}` }));
        const said = (list: readonly AuditedKey[]) =>
          evaluateAt(list, nowMs)
            .map(({ keyId, rule }) => `${keyId} ${rule}`)
            .toSorted();
        expect(said(keys.toReversed())).toEqual(said(keys));
      }),
    );
  });
});
