import { policyFor, type HygienePolicy } from "@keywarden/hygiene";
import type { ManagedProvider } from "@keywarden/key-format";

/** A policy, and where it comes from in words for a reader. */
export interface NamedPolicy {
  readonly policy: HygienePolicy;
  readonly source: string;
}

/** Names the policy of a provider, or of one that no profile describes. */
export function namePolicy(profile: ManagedProvider | undefined): NamedPolicy {
  const policy = policyFor(profile);
  return {
    policy,
    source:
      profile === undefined
        ? "Keywarden's default, because no profile describes the provider"
        : policy.stated.schedule
          ? `${profile.name}'s own documentation`
          : `Keywarden's default, because ${profile.name} states no schedule`,
  };
}

/** Says a rotation schedule in words: `every 90 days`, `every quarter`. */
export function describeSchedule({ schedule }: HygienePolicy): string {
  if (schedule === null) return "no schedule";
  return schedule.every === "quarter" ? "every quarter" : `every ${schedule.days} days`;
}
