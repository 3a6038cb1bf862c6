import { policyFor, rotationStatus, shortestScheduleMs, type RotationStatus } from "@keywarden/hygiene";
import type { StoredKey } from "@keywarden/storage";
import type { MountedProvider } from "../server-context.ts";

export type KeyRotationState = RotationStatus["state"];

/**
 * Says what the policy of its provider says of a key at the moment it was read; of a provider that is not served, what
 * Keywarden's default says, as in the console and on the command line.
 */
export function rotationStateOf(
  key: StoredKey,
  providers: ReadonlyMap<string, MountedProvider>,
): KeyRotationState {
  const facts = {
    ...key,
    secretCreatedAtMs: key.secret.createdAtMs,
    graceUntilMs: key.graceSecret?.validUntilMs ?? null,
  };
  return rotationStatus(facts, policyFor(providers.get(key.provider)?.profile), key.asOfMs).state;
}

/** Gives the moment before which the secret of every key in that state was made, as far as policies tell. */
export function latestSecretMs(
  state: KeyRotationState,
  providers: ReadonlyMap<string, MountedProvider>,
  nowMs: number,
): number | null {
  if (state !== "overdue" && state !== "due") return null;
  const profiles = [undefined, ...[...providers.values()].map(({ profile }) => profile)];
  const ages = profiles.map((profile) => shortestScheduleMs(policyFor(profile), state));
  return nowMs - Math.min(...ages) + 1;
}
