import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aforo, azotte, builtInProviders, example } from "@keywarden/key-format";
import { auditPolicyFor } from "@keywarden/hygiene";

describe("a policy", () => {
  it("lets settings replace defaults and tighten documents, never loosen them", () => {
    const days = fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined });
    fc.assert(
      fc.property(
        fc.constantFrom(...builtInProviders),
        days,
        days,
        days,
        (provider, rotate, dormant, hours) => {
          const settings = {
            ...(rotate !== undefined && { rotateEveryDays: rotate }),
            ...(dormant !== undefined && { dormantAfterDays: dormant }),
            ...(hours !== undefined && { departureHours: hours }),
          };
          const policy = auditPolicyFor(provider, settings);
          const { schedule } = provider.rotation;
          const isQuarter = schedule?.every === "quarter";
          const statedDays = schedule?.every === "days" ? schedule.days : Infinity;
          const days = { every: "days", days: Math.min(statedDays, rotate ?? 90) };
          expect(policy.schedule).toEqual(isQuarter && days.days >= 90 ? schedule : days);
          const stated = provider.hygiene.dormantAfterDays;
          expect(policy.dormantAfterDays).toBe(Math.min(stated ?? Infinity, dormant ?? 90));
          const left = provider.hygiene.rotateWithinHoursOfDeparture;
          expect(policy.departureHours).toBe(Math.min(left ?? Infinity, hours ?? 24));
        },
      ),
    );
  });

  it("keeps a stated quarter unless fewer days than any quarter has are asked for", () => {
    expect(auditPolicyFor(azotte, { rotateEveryDays: 90 }).schedule).toEqual({ every: "quarter" });
    expect(auditPolicyFor(azotte, { rotateEveryDays: 89 }).schedule).toEqual({ every: "days", days: 89 });
  });

  it("takes 45 days to dormancy from the preset, and what stands beside it before that", () => {
    expect(auditPolicyFor(aforo, { preset: "cis45" }).dormantAfterDays).toBe(45);
    expect(auditPolicyFor(example, { preset: "cis45", dormantAfterDays: 60 }).dormantAfterDays).toBe(60);
  });
});
