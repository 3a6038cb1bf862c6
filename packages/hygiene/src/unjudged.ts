import type { AuditPolicy } from "./audit-policy.ts";
import { isLiveKey } from "./evaluate.ts";
import type { AuditedKey } from "./key-facts.ts";
import type { RuleId } from "./rules.ts";
import { usageStatus } from "./usage-status.ts";

/** A rule that could not be checked for some keys, which is not a clean result. */
export interface Unjudged {
  readonly rules: readonly RuleId[];
  readonly keys: number;
  readonly reason: string;
}

const needs: readonly (readonly [
  rules: readonly RuleId[],
  lacks: (key: AuditedKey) => boolean,
  reason: string,
])[] = [
  [["owner-departed", "no-owner"], ({ owner }) => owner === undefined, "the inventory names no owners"],
  [
    ["live-key-in-development", "test-key-in-production", "several-environments"],
    ({ deployedIn }) => deployedIn === undefined || deployedIn.length === 0,
    "it is unknown where they are deployed; tag them, for example with env:production or env:ci",
  ],
  [
    ["several-services"],
    ({ services }) => services === undefined || services.length === 0,
    "it is unknown which services use them; tag them, for example with service:billing",
  ],
  [
    ["unrestricted"],
    ({ environment, kind, restrictions }) =>
      environment === "production" && kind !== "publishable" && restrictions === undefined,
    "the inventory does not list restrictions, or the provider has none",
  ],
];

/** Gives the rules that could not be checked for live keys, with how many keys and why. */
export function listUnjudged(
  keys: readonly AuditedKey[],
  policyOf: (provider: string) => AuditPolicy,
  nowMs: number,
): readonly Unjudged[] {
  const live = keys.filter((key) => isLiveKey(key, policyOf(key.provider), nowMs));
  const unwatched = new Map<string, number>();
  for (const key of live) {
    const usage = usageStatus(key, policyOf(key.provider), nowMs);
    // A key too young to be dormant is judged: it is not.
    if (usage.state !== "unknown" || isYoung(key, policyOf(key.provider), nowMs)) continue;
    unwatched.set(usage.reason, (unwatched.get(usage.reason) ?? 0) + 1);
  }
  const byNeed = needs.map(([rules, lacks, reason]) => ({ rules, keys: live.filter(lacks).length, reason }));
  // Whether its time or ours is wrong, its age is not known.
  const future = live.filter(({ secretCreatedAtMs }) => secretCreatedAtMs > nowMs + toleratedSkewMs).length;
  const byAge: readonly Unjudged[] =
    future === 0
      ? []
      : [
          {
            rules: ["rotation-overdue"],
            keys: future,
            reason: "they were made after the time of this audit",
          },
        ];
  const byWatch = [...unwatched].map(([reason, count]) => ({
    rules: ["never-used", "dormant"] as const,
    keys: count,
    reason,
  }));
  return [...byAge, ...byWatch, ...byNeed.filter(({ keys: count }) => count > 0)];
}

/** So far may two clocks differ that nobody has set wrongly. */
const toleratedSkewMs = 24 * 3_600_000;

const isYoung = (key: AuditedKey, { dormantAfterDays }: AuditPolicy, nowMs: number): boolean =>
  nowMs - key.createdAtMs < dormantAfterDays * 86_400_000;
