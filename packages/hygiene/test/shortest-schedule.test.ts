import { shortestScheduleMs, rotationStatus, type HygienePolicy } from "@keywarden/hygiene";
import { assert, constantFrom, integer, property } from "fast-check";
import { expect, it } from "vitest";

const policies: readonly HygienePolicy[] = [
  {
    schedule: { every: "days", days: 90 },
    dueBeforeDays: 14,
    dormantAfterDays: 90,
    stated: { schedule: false, dormantAfterDays: false },
  },
  {
    schedule: { every: "days", days: 7 },
    dueBeforeDays: 14,
    dormantAfterDays: 90,
    stated: { schedule: false, dormantAfterDays: false },
  },
  {
    schedule: { every: "quarter" },
    dueBeforeDays: 14,
    dormantAfterDays: 90,
    stated: { schedule: false, dormantAfterDays: false },
  },
];

it("no secret is due or overdue before it is as old as the shortest schedule", () => {
  const moment = integer({ min: Date.UTC(2019, 0, 1), max: Date.UTC(2029, 0, 1) });
  assert(
    property(moment, constantFrom(...policies), integer({ min: 0, max: 100 }), (atMs, policy, days) => {
      const nowMs = atMs + days * 86_400_000;
      const key = {
        id: "k",
        provider: "p",
        kind: "secret",
        environment: "production",
        createdAtMs: atMs,
        secretCreatedAtMs: atMs,
        lastUsedAtMs: null,
        trackingSinceMs: null,
        expiresAtMs: null,
        revokedAtMs: null,
        graceUntilMs: null,
      } as const;
      const { state } = rotationStatus(key, policy, nowMs);
      const leastMs = state === "overdue" || state === "due" ? shortestScheduleMs(policy, state) : 0;
      expect(nowMs - atMs).toBeGreaterThanOrEqual(leastMs);
    }),
    { numRuns: 3000 },
  );
});

it("a policy without a schedule never says so", () => {
  const policy = {
    schedule: null,
    dueBeforeDays: 14,
    dormantAfterDays: 90,
    stated: { schedule: false, dormantAfterDays: false },
  };
  expect(shortestScheduleMs(policy, "due")).toBe(Infinity);
});
