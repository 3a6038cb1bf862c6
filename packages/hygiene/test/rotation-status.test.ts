import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aforo, azotte, builtInProviders, example } from "@keywarden/key-format";
import { policyFor, rotationStatus, type HygienePolicy } from "@keywarden/hygiene";
import { dayMs, madeAtMs, makeFacts } from "./key.ts";

const policy = policyFor(example);
const overdueAtMs = madeAtMs + 90 * dayMs;
const dueAtMs = madeAtMs + 76 * dayMs;

describe("the policy of a provider", () => {
  it("is the document's own where it states one", () => {
    expect(policyFor(example)).toMatchObject({
      schedule: { every: "days", days: 90 },
      stated: { schedule: true, dormantAfterDays: false },
    });
    expect(policyFor(azotte)).toMatchObject({ schedule: { every: "quarter" }, stated: { schedule: true } });
    expect(policyFor(aforo)).toMatchObject({
      dormantAfterDays: 90,
      stated: { schedule: false, dormantAfterDays: true },
    });
  });

  it("is Keywarden's 90 days, 14 days of notice and 90 days to dormancy where it is silent", () => {
    for (const provider of builtInProviders) {
      const { schedule, dueBeforeDays, dormantAfterDays } = policyFor(provider);
      expect(dueBeforeDays).toBe(14);
      expect(dormantAfterDays).toBe(90);
      expect(schedule).toEqual(provider.rotation.schedule ?? { every: "days", days: 90 });
    }
  });
});

describe("the rotation status", () => {
  it.each([
    [0, "fresh"],
    [dueAtMs - madeAtMs - 1, "fresh"],
    [dueAtMs - madeAtMs, "due"],
    [dueAtMs - madeAtMs + 1, "due"],
    [overdueAtMs - madeAtMs - 1, "due"],
    [overdueAtMs - madeAtMs, "overdue"],
    [overdueAtMs - madeAtMs + 1, "overdue"],
  ])("%i ms after the secret was made is %s", (ageMs, state) => {
    expect(rotationStatus(makeFacts(), policy, madeAtMs + ageMs).state).toBe(state);
  });

  it("names the instant of the next rotation", () => {
    expect(rotationStatus(makeFacts(), policy, madeAtMs)).toEqual({ state: "fresh", overdueAtMs });
    expect(rotationStatus(makeFacts(), policy, overdueAtMs + 5)).toEqual({
      state: "overdue",
      sinceMs: overdueAtMs,
    });
  });

  it("counts from the current secret, not from the key", () => {
    const rotated = makeFacts({ secretCreatedAtMs: overdueAtMs });
    expect(rotationStatus(rotated, policy, overdueAtMs).state).toBe("fresh");
  });

  it("counts a quarter to the same UTC day and time three months later, or to the end of the month", () => {
    const quarterEndMs = Date.parse("2026-04-30T10:20:30.456Z");
    const quarterly = policyFor(azotte);
    expect(rotationStatus(makeFacts(), quarterly, quarterEndMs - 1)).toEqual({
      state: "due",
      overdueAtMs: quarterEndMs,
    });
    expect(rotationStatus(makeFacts(), quarterly, quarterEndMs).state).toBe("overdue");
  });

  it("never falls due without a schedule", () => {
    const lax: HygienePolicy = {
      schedule: null,
      dueBeforeDays: 14,
      dormantAfterDays: 90,
      stated: { schedule: false, dormantAfterDays: false },
    };
    expect(rotationStatus(makeFacts(), lax, madeAtMs + 10_000 * dayMs)).toEqual({
      state: "fresh",
      overdueAtMs: Number.POSITIVE_INFINITY,
    });
  });

  const untilMs = madeAtMs + 300_000;

  it("is in grace until the last millisecond, with the exact rest and nothing rounded up", () => {
    const key = makeFacts({ graceUntilMs: untilMs });
    expect(rotationStatus(key, policy, madeAtMs)).toEqual({
      state: "in-grace",
      graceUntilMs: untilMs,
      remainingSeconds: 300,
    });
    expect(rotationStatus(key, policy, untilMs - 1)).toMatchObject({ remainingSeconds: 0.001 });
    expect(rotationStatus(key, policy, untilMs).state).toBe("fresh");
    expect(rotationStatus(key, policy, untilMs + 1).state).toBe("fresh");
  });

  it.each([
    ["revoked", "revokedAtMs"],
    ["expired", "expiresAtMs"],
  ] as const)("is %s from its very millisecond on", (state, field) => {
    const key = makeFacts({ [field]: untilMs });
    expect(rotationStatus(key, policy, untilMs - 1).state).toBe("fresh");
    expect(rotationStatus(key, policy, untilMs)).toEqual({ state, atMs: untilMs });
    expect(rotationStatus(key, policy, untilMs + 1)).toEqual({ state, atMs: untilMs });
  });

  it("puts revoked before expired before grace before overdue", () => {
    const all = { revokedAtMs: 4, expiresAtMs: 3, graceUntilMs: overdueAtMs * 2 };
    expect(rotationStatus(makeFacts(all), policy, overdueAtMs).state).toBe("revoked");
    expect(rotationStatus(makeFacts({ ...all, revokedAtMs: null }), policy, overdueAtMs).state).toBe(
      "expired",
    );
    expect(rotationStatus(makeFacts({ graceUntilMs: overdueAtMs * 2 }), policy, overdueAtMs).state).toBe(
      "in-grace",
    );
  });

  it("only moves forward as time passes without a rotation", () => {
    const order = ["in-grace", "fresh", "due", "overdue", "expired", "revoked"];
    const later = fc.integer({ min: 0, max: 400 * dayMs });
    const ends = fc.option(later.map((ageMs) => madeAtMs + ageMs));
    fc.assert(
      fc.property(later, later, fc.constantFrom(...builtInProviders), ends, (a, b, provider, expiresAtMs) => {
        const key = makeFacts({ expiresAtMs, graceUntilMs: madeAtMs + 300_000 });
        const [first, second] = [Math.min(a, b), Math.max(a, b)].map((ageMs) =>
          order.indexOf(rotationStatus(key, policyFor(provider), madeAtMs + ageMs).state),
        );
        expect(first).toBeLessThanOrEqual(second ?? -1);
      }),
    );
  });
});
