import { dayMs } from "./civil-date.ts";
import type { KeyFacts } from "./key-facts.ts";
import type { HygienePolicy } from "./policy-for.ts";

/** Whether a key is in use, as far as can be known. */
export type UsageStatus =
  | { readonly state: "active"; readonly lastUsedAtMs: number }
  | {
      readonly state: "dormant";
      /** When it became dormant: its last use, or the beginning of the records, plus the policy's days. */
      readonly sinceMs: number;
    }
  | {
      readonly state: "never-used";
      /** When it had been observed for long enough to say so. */
      readonly sinceMs: number;
    }
  | { readonly state: "unknown"; readonly reason: string };

/**
 * Gives the usage state of a key. It is dormant once the policy's days have passed since its last use, and since uses are
 * recorded where that is later, and unknown between the two; a key without a use is never-used once it has been observed for that long since its creation, and unknown before that.
 */
export function usageStatus(key: KeyFacts, policy: HygienePolicy, nowMs: number): UsageStatus {
  const dormantAfterMs = policy.dormantAfterDays * dayMs;
  if (key.lastUsedAtMs !== null) {
    if (nowMs < key.lastUsedAtMs + dormantAfterMs) return { state: "active", lastUsedAtMs: key.lastUsedAtMs };
    // Later uses are not visible until the records begin, as in what a restored backup does not have.
    const sinceMs = Math.max(key.lastUsedAtMs, key.trackingSinceMs ?? -Infinity) + dormantAfterMs;
    return nowMs < sinceMs ? unknownFor(policy.dormantAfterDays, true) : { state: "dormant", sinceMs };
  }
  if (key.trackingSinceMs === null) {
    return { state: "unknown", reason: "the uses of this key are not recorded" };
  }
  // Uses before the records began are not visible, so they do not count as absent.
  const sinceMs = Math.max(key.createdAtMs, key.trackingSinceMs) + dormantAfterMs;
  if (nowMs >= sinceMs) return { state: "never-used", sinceMs };
  return unknownFor(policy.dormantAfterDays, key.trackingSinceMs > key.createdAtMs);
}

// An inventory holds the same answer for each of its new keys.
const unknowns = new Map<string, UsageStatus>();

function unknownFor(days: number, isOlder: boolean): UsageStatus {
  const reason = isOlder
    ? `uses have been recorded for less than ${days} days`
    : `the key is younger than ${days} days`;
  const known = unknowns.get(reason) ?? { state: "unknown", reason };
  unknowns.set(reason, known);
  return known;
}
