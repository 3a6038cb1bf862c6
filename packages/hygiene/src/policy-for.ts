import type { ManagedProvider, RotationFacts } from "@keywarden/key-format";

/** When keys of a provider are due for rotation, and when an unused one is dormant. */
export interface HygienePolicy {
  /** `null`: keys of this policy are never due. */
  readonly schedule: RotationFacts["schedule"];
  /** Days before a rotation becomes overdue during which it is due. */
  readonly dueBeforeDays: number;
  readonly dormantAfterDays: number;
  /** Which of these the provider's document states; the rest are Keywarden's defaults. */
  readonly stated: { readonly schedule: boolean; readonly dormantAfterDays: boolean };
}

const defaultDays = 90;
const dueBeforeDays = 14;

/**
 * Gives the provider's own policy, with Keywarden's defaults where its document is silent: 90 days to rotation, due 14
 * days before, and 90 days to dormancy. A provider that no profile describes states nothing, so all of it is a default.
 */
export function policyFor(provider: ManagedProvider | undefined): HygienePolicy {
  const schedule = provider?.rotation.schedule ?? null;
  const dormantAfterDays = provider?.hygiene.dormantAfterDays ?? null;
  return {
    schedule: schedule ?? { every: "days", days: defaultDays },
    dueBeforeDays,
    dormantAfterDays: dormantAfterDays ?? defaultDays,
    stated: { schedule: schedule !== null, dormantAfterDays: dormantAfterDays !== null },
  };
}
