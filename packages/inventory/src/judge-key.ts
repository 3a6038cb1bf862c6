import { policyFor, rotationStatus, usageStatus } from "@keywarden/hygiene";
import type { ManagedProvider } from "@keywarden/key-format";
import type { ManagedKey } from "@keywarden/management";
import { keyFactsOf } from "@keywarden/rotation/key-facts";

/** Finds the profile of a provider; undefined where none describes it. */
export type FindProfile = (provider: string) => ManagedProvider | undefined;

/** A key with what policy says of it at one moment. */
export interface JudgedKey {
  readonly key: ManagedKey;
  /** `unknown` where no profile describes the provider. */
  readonly status: string;
  readonly usage: string;
  /** Of the current secret. */
  readonly ageMs: number;
  /** Since its last use; null when it was never seen in use. */
  readonly usedAgoMs: number | null;
  /** Since its last use, or since it was made. */
  readonly unusedMs: number;
  /** Until it ends by itself, which can be in the past; null when it does not. */
  readonly expiresInMs: number | null;
}

/** Says of a key what its provider's policy says at a moment. */
export function judgeKey(key: ManagedKey, profileOf: FindProfile, nowMs: number): JudgedKey {
  const profile = profileOf(key.provider);
  const facts = keyFactsOf(key);
  const policy = profile === undefined ? undefined : policyFor(profile);
  return {
    key,
    status: policy === undefined ? "unknown" : rotationStatus(facts, policy, nowMs).state,
    usage: policy === undefined ? "unknown" : usageStatus(facts, policy, nowMs).state,
    ageMs: nowMs - facts.secretCreatedAtMs,
    usedAgoMs: facts.lastUsedAtMs === null ? null : nowMs - facts.lastUsedAtMs,
    unusedMs: nowMs - (facts.lastUsedAtMs ?? facts.createdAtMs),
    expiresInMs: facts.expiresAtMs === null ? null : facts.expiresAtMs - nowMs,
  };
}
