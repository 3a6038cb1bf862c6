import type { ManagedProvider } from "@keywarden/key-format";
import { policyFor, type HygienePolicy } from "./policy-for.ts";

/** What an audit holds the keys of one provider to. */
export interface AuditPolicy extends HygienePolicy {
  readonly name: string;
  /** Hours after a departure within which what the member knew must be replaced. */
  readonly departureHours: number;
  readonly expiringWithinDays: number;
  /** Seconds that an older secret may stay valid beside the current one. */
  readonly graceSeconds: number;
  readonly isOneStandardKeyPerTenant: boolean;
  /** Whether the provider has non-production keys; without them, no rule can ask for one. */
  readonly hasTestKeys: boolean;
}

/** What a user asks for. It replaces Keywarden's defaults, and tightens what a provider's document states. */
export interface HygieneSettings {
  readonly preset?: PresetName;
  readonly rotateEveryDays?: number;
  readonly dueBeforeDays?: number;
  readonly dormantAfterDays?: number;
  readonly departureHours?: number;
  readonly expiringWithinDays?: number;
}

/** Named settings; what a user sets beside one wins over it. */
export const presets = {
  default90: {
    summary: "90 days to rotation and to dormancy",
    settings: { rotateEveryDays: 90, dormantAfterDays: 90 },
  },
  cis45: {
    summary: "CIS: unused for 45 days is dormant (Controls v8, 5.3), 90 days to rotation",
    settings: { rotateEveryDays: 90, dormantAfterDays: 45 },
  },
} as const satisfies Readonly<Record<string, { summary: string; settings: HygieneSettings }>>;

export type PresetName = keyof typeof presets;

const defaultDepartureHours = 24;
const defaultExpiringWithinDays = 14;
const defaultGraceSeconds = 86_400;
// No three months are shorter than 89 days, so only fewer than 90 are surely stricter than a quarter.
const quarterDays = 90;

/** Gives the policy for a provider's keys; for a provider that no profile describes, Keywarden's defaults. */
export function auditPolicyFor(
  provider: ManagedProvider | undefined,
  settings: HygieneSettings = {},
): AuditPolicy {
  const { preset = "default90" } = settings;
  const asked = { ...presets[preset].settings, ...settings };
  const own = policyFor(provider);
  const { schedule: isScheduleStated, dormantAfterDays: isDormancyStated } = own.stated;
  return {
    name: provider?.name ?? "unknown provider",
    schedule: isScheduleStated
      ? stricterSchedule(own.schedule, asked.rotateEveryDays)
      : { every: "days", days: asked.rotateEveryDays },
    dueBeforeDays: asked.dueBeforeDays ?? own.dueBeforeDays,
    dormantAfterDays: stricter(isDormancyStated ? own.dormantAfterDays : null, asked.dormantAfterDays),
    stated: { schedule: isScheduleStated, dormantAfterDays: isDormancyStated },
    departureHours: stricter(
      provider?.hygiene.rotateWithinHoursOfDeparture ?? null,
      asked.departureHours ?? defaultDepartureHours,
    ),
    expiringWithinDays: asked.expiringWithinDays ?? defaultExpiringWithinDays,
    graceSeconds: provider?.rotation.graceSeconds || defaultGraceSeconds,
    isOneStandardKeyPerTenant: provider?.hygiene.oneStandardKeyPerTenant === true,
    hasTestKeys: provider?.formats.some(({ environment }) => environment !== "production") ?? true,
  };
}

const stricter = (stated: number | null, asked: number): number =>
  stated === null ? asked : Math.min(stated, asked);

function stricterSchedule(stated: HygienePolicy["schedule"], askedDays: number): HygienePolicy["schedule"] {
  if (stated === null) return { every: "days", days: askedDays };
  const days = stated.every === "quarter" ? quarterDays : stated.days;
  return askedDays < days ? { every: "days", days: askedDays } : stated;
}
