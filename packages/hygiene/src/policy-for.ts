import type { ManagedProvider, RotationFacts } from "@keywarden/key-format";

/** When keys of a provider are due for rotation, and when an unused one is dormant. */
export interface HygienePolicy {
  /** `null`: keys of this policy are never due. */
  readonly schedule: RotationFacts["schedule"];
  /** Days before a rotation becomes overdue during which it is due. */
  readonly dueBeforeDays: number;
  readonly dormantAfterDays: number;
  /** Which of these the provider's document states; the rest are Keywarden's defaults. */
  readonly stated?: { readonly schedule: boolean; readonly dormantAfterDays: boolean };
}

/** Gives the provider's own policy, with Keywarden's defaults of 90 days to rotation, due 14 days before, and 90 days to dormancy where its document is silent. */
export function policyFor(provider: ManagedProvider): HygienePolicy {
  const { schedule } = provider.rotation;
  const { dormantAfterDays } = provider.hygiene;
  return {
    schedule: schedule ?? { every: "days", days: 90 },
    dueBeforeDays: 14,
    dormantAfterDays: dormantAfterDays ?? 90,
    stated: { schedule: schedule !== null, dormantAfterDays: dormantAfterDays !== null },
  };
}
