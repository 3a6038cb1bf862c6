import type { AuditPolicy } from "./audit-policy.ts";
import type { HygieneFinding } from "./finding.ts";
import { judgeDepartures, memberName, type Departure } from "./judges/departure.ts";
import { judgePlacement } from "./judges/placement.ts";
import { judgeRotation } from "./judges/rotation.ts";
import { judgeSecrets } from "./judges/secrets.ts";
import { judgeTenant, tenantSlotOf } from "./judges/tenants.ts";
import { judgeUsage } from "./judges/usage.ts";
import type { AuditedKey } from "./key-facts.ts";
import { rotationStatus } from "./rotation-status.ts";
import { rules, severities } from "./rules.ts";
import { sourceOf } from "./source-of.ts";

export interface EvaluateOptions {
  readonly policyOf: (provider: string) => AuditPolicy;
  readonly departures?: readonly Departure[];
  readonly nowMs: number;
}

/** Gives what is wrong with the keys now, in the order of the keys, the worst of each first; revoked and expired keys break nothing. */
export function evaluate(
  keys: readonly AuditedKey[],
  { policyOf, departures = [], nowMs }: EvaluateOptions,
): readonly HygieneFinding[] {
  const live = keys.filter((key) => isLiveKey(key, policyOf(key.provider), nowMs));
  const byValue = groupBy(live, ({ fingerprint }) => fingerprint ?? null);
  const bySlot = groupBy(live, (key) => (key.kind === "secret" ? tenantSlotOf(key) : null));
  const byName = Map.groupBy(departures, ({ member }) => memberName(member));
  return live.flatMap((key) => {
    const policy = policyOf(key.provider);
    const twins = (byValue.get(key.fingerprint ?? "") ?? []).filter((other) => other !== key);
    const judgements = [
      ...judgeDepartures(key, policy, byName, nowMs),
      ...judgeRotation(key, policy, nowMs),
      ...judgeUsage(key, policy, nowMs),
      ...judgeSecrets(key, policy, nowMs),
      ...judgePlacement(key, policy, twins),
      ...judgeTenant(key, policy, bySlot.get(tenantSlotOf(key)) ?? []),
    ];
    return judgements
      .map((judgement) => ({
        ...judgement,
        severity: rules[judgement.rule].severity,
        keyId: key.id,
        provider: key.provider,
        source: sourceOf(judgement.rule, key.provider),
      }))
      .toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  });
}

/** Whether a key still opens anything. */
export function isLiveKey(key: AuditedKey, policy: AuditPolicy, nowMs: number): boolean {
  const { state } = rotationStatus(key, policy, nowMs);
  return state !== "revoked" && state !== "expired";
}

function groupBy(
  keys: readonly AuditedKey[],
  nameOf: (key: AuditedKey) => string | null,
): ReadonlyMap<string, readonly AuditedKey[]> {
  const groups = new Map<string, AuditedKey[]>();
  for (const key of keys) {
    const name = nameOf(key);
    if (name === null) continue;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [key]);
    else group.push(key);
  }
  return groups;
}
