import { dayMs } from "./civil-date.ts";
import type { KeyFacts } from "./key-facts.ts";
import type { HygienePolicy } from "./policy-for.ts";

/** Whether a key is in use, as far as anyone can know. */
export type UsageStatus =
  | { readonly state: "active"; readonly lastUsedAtMs: number }
  | {
      readonly state: "dormant";
      /** When it became dormant: its last use plus the policy's days. */
      readonly sinceMs: number;
    }
  | {
      readonly state: "never-used";
      /** From when its whole life under observation is long enough to say so. */
      readonly sinceMs: number;
    }
  | { readonly state: "unknown"; readonly reason: string };

/**
 * Says whether a key is used. A key is dormant from the policy's days after its last use on; one without a use is
 * never-used when it has been watched for so long since its creation, and unknown before that.
 */
export function usageStatus(key: KeyFacts, policy: HygienePolicy, nowMs: number): UsageStatus {
  const dormantAfterMs = policy.dormantAfterDays * dayMs;
  if (key.lastUsedAtMs !== null) {
    const sinceMs = key.lastUsedAtMs + dormantAfterMs;
    return nowMs < sinceMs
      ? { state: "active", lastUsedAtMs: key.lastUsedAtMs }
      : { state: "dormant", sinceMs };
  }
  if (key.trackingSinceMs === null) {
    return { state: "unknown", reason: "nobody records the uses of this key" };
  }
  // Uses before the records began would not be seen, so they cannot count as absent.
  const sinceMs = Math.max(key.createdAtMs, key.trackingSinceMs) + dormantAfterMs;
  if (nowMs >= sinceMs) return { state: "never-used", sinceMs };
  const reason =
    key.trackingSinceMs > key.createdAtMs
      ? `uses are recorded for less than ${policy.dormantAfterDays} days`
      : `the key is younger than ${policy.dormantAfterDays} days`;
  return { state: "unknown", reason };
}
