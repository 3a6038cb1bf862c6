import { policyFor, rotationStatus, type HygienePolicy, type RotationStatus } from "@keywarden/hygiene";
import type { StoredKey } from "@keywarden/storage";
import type { MountedProvider } from "./server-context.ts";

export type RotationState = RotationStatus["state"];

/** Says what the policy of its provider says of a key at the moment it was read; null for a provider that is not served. */
export function rotationStateOf(
  key: StoredKey,
  providers: ReadonlyMap<string, MountedProvider>,
): RotationState | null {
  const provider = providers.get(key.provider);
  if (provider === undefined) return null;
  const facts = {
    ...key,
    secretCreatedAtMs: key.secret.createdAtMs,
    graceUntilMs: key.graceSecret?.validUntilMs ?? null,
  };
  return rotationStatus(facts, policyFor(provider.profile), key.asOfMs).state;
}

/** Gives the moment before which the secret of every key in that state was made, as far as policies tell. */
export function latestSecretMs(
  state: RotationState,
  providers: ReadonlyMap<string, MountedProvider>,
  nowMs: number,
): number | null {
  if (state !== "overdue" && state !== "due") return null;
  const leastDays = [...providers.values()].map(({ profile }) => {
    const policy = policyFor(profile);
    return shortestDays(policy.schedule) - (state === "due" ? policy.dueBeforeDays : 0);
  });
  return nowMs - Math.min(...leastDays) * dayMs + 1;
}

const dayMs = 86_400_000;

// From the first of February to the first of May, and from the last of January to that of April, it is 89 days.
function shortestDays(schedule: HygienePolicy["schedule"]): number {
  if (schedule === null) return Number.POSITIVE_INFINITY;
  return schedule.every === "quarter" ? 89 : schedule.days;
}
