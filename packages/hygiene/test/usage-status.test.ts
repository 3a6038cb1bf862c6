import { describe, expect, it } from "vitest";
import { aforo } from "@keywarden/key-format";
import { policyFor, usageStatus } from "@keywarden/hygiene";
import { dayMs, madeAtMs, makeFacts } from "./key.ts";

const policy = policyFor(aforo);
const dormantAtMs = madeAtMs + 90 * dayMs;

describe("the usage status", () => {
  it.each([
    [-1, "active"],
    [0, "dormant"],
    [1, "dormant"],
  ])("%i ms from 90 days after the last use is %s", (offsetMs, state) => {
    expect(usageStatus(makeFacts(), policy, dormantAtMs + offsetMs).state).toBe(state);
  });

  it("names the last use, or since when the key is dormant", () => {
    expect(usageStatus(makeFacts(), policy, madeAtMs)).toEqual({ state: "active", lastUsedAtMs: madeAtMs });
    expect(usageStatus(makeFacts(), policy, dormantAtMs + 5)).toEqual({
      state: "dormant",
      sinceMs: dormantAtMs,
    });
  });

  it.each([
    [-1, "unknown"],
    [0, "never-used"],
    [1, "never-used"],
  ])("%i ms from 90 days of watching an unused key is %s", (offsetMs, state) => {
    const key = makeFacts({ lastUsedAtMs: null });
    expect(usageStatus(key, policy, dormantAtMs + offsetMs).state).toBe(state);
  });

  it("calls a young key young", () => {
    expect(usageStatus(makeFacts({ lastUsedAtMs: null }), policy, madeAtMs)).toEqual({
      state: "unknown",
      reason: "the key is younger than 90 days",
    });
  });

  it("does not take an old key for unused before its uses were recorded for long enough", () => {
    const trackingSinceMs = madeAtMs + 300 * dayMs;
    const key = makeFacts({ lastUsedAtMs: null, trackingSinceMs });
    expect(usageStatus(key, policy, trackingSinceMs + 90 * dayMs - 1)).toEqual({
      state: "unknown",
      reason: "uses have been recorded for less than 90 days",
    });
    expect(usageStatus(key, policy, trackingSinceMs + 90 * dayMs)).toEqual({
      state: "never-used",
      sinceMs: trackingSinceMs + 90 * dayMs,
    });
  });

  it("is unknown while uses after the last known one may have gone unrecorded, as after a restored backup", () => {
    const lastUsedAtMs = madeAtMs + 10 * dayMs;
    const trackingSinceMs = lastUsedAtMs + 60 * dayMs;
    const key = makeFacts({ lastUsedAtMs, trackingSinceMs });
    expect(usageStatus(key, policy, lastUsedAtMs + 90 * dayMs - 1)).toEqual({
      state: "active",
      lastUsedAtMs,
    });
    for (const nowMs of [lastUsedAtMs + 90 * dayMs, trackingSinceMs + 90 * dayMs - 1])
      expect(usageStatus(key, policy, nowMs)).toEqual({
        state: "unknown",
        reason: "uses have been recorded for less than 90 days",
      });
    expect(usageStatus(key, policy, trackingSinceMs + 90 * dayMs)).toEqual({
      state: "dormant",
      sinceMs: trackingSinceMs + 90 * dayMs,
    });
  });

  it("knows nothing of a key whose uses nobody records", () => {
    const key = makeFacts({ lastUsedAtMs: null, trackingSinceMs: null });
    expect(usageStatus(key, policy, madeAtMs + 1_000 * dayMs)).toEqual({
      state: "unknown",
      reason: "the uses of this key are not recorded",
    });
  });

  it("trusts a use that was seen, whoever records", () => {
    const key = makeFacts({ trackingSinceMs: null });
    expect(usageStatus(key, policy, madeAtMs).state).toBe("active");
  });
});
