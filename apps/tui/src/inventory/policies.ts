import { policyFor, type HygienePolicy } from "@keywarden/hygiene";
import { builtInProviders } from "@keywarden/key-format";

/** A policy, and where it comes from in words for a reader. */
export interface NamedPolicy {
  readonly policy: HygienePolicy;
  readonly source: string;
}

const defaultPolicy: NamedPolicy = {
  policy: { schedule: { every: "days", days: 90 }, dueBeforeDays: 14, dormantAfterDays: 90 },
  source: "Keywarden's default, because the provider is not a built-in one",
};

const policies = new Map<string, NamedPolicy>(
  builtInProviders.map((provider) => [
    provider.id,
    {
      policy: policyFor(provider),
      source:
        provider.rotation.schedule === null
          ? `Keywarden's default, because ${provider.name} states no schedule`
          : `${provider.name}'s own documentation`,
    },
  ]),
);

/** Gives the rotation and dormancy policy of a provider; one that is not built in gets Keywarden's default. */
export function policyOf(provider: string): NamedPolicy {
  return policies.get(provider) ?? defaultPolicy;
}

/** Says a rotation schedule in words: `every 90 days`, `every quarter`. */
export function describeSchedule({ schedule }: HygienePolicy): string {
  if (schedule === null) return "no schedule";
  return schedule.every === "quarter" ? "every quarter" : `every ${schedule.days} days`;
}
