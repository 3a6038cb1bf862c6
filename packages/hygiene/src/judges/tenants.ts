import type { AuditPolicy } from "../audit-policy.ts";
import type { RuleJudgement } from "../finding.ts";
import type { AuditedKey } from "../key-facts.ts";
import { nextCommand } from "../next-command.ts";

/** What a tenant may have only one of; keys without a named tenant count as those of one tenant. */
export function tenantSlotOf({ provider, tenant = "", environment }: AuditedKey): string {
  return JSON.stringify([provider, tenant, environment]);
}

/** Judges a standard key among all live ones of its tenant and environment. */
export function judgeTenant(
  key: AuditedKey,
  policy: AuditPolicy,
  standardKeys: readonly AuditedKey[],
): readonly RuleJudgement[] {
  if (!policy.isOneStandardKeyPerTenant || key.kind !== "secret") return [];
  const others = standardKeys.filter((other) => other !== key);
  if (others.length === 0) return [];
  const whose = key.tenant === undefined ? "its tenant" : `tenant ${key.tenant}`;
  const named = others.slice(0, 3).map(({ id }) => id);
  const more = others.length > named.length ? ` and ${others.length - named.length} more` : "";
  const message = `keep one and replace the others with restricted keys: ${whose} also has ${named.join(", ")}${more} in ${key.environment}`;
  // Who follows the findings of all must not be left without any: they all leave the same one.
  const inOrder = standardKeys.toSorted(mostUsedFirst);
  const next = nextCommand("revoke", (key === inOrder[0] ? inOrder.at(-1) : key)?.id ?? key.id);
  const sinceMs = Math.max(key.createdAtMs, Math.min(...others.map(({ createdAtMs }) => createdAtMs)));
  return [{ rule: "several-standard-keys", message, sinceMs, deadlineMs: null, next }];
}

function mostUsedFirst(one: AuditedKey, other: AuditedKey): number {
  const usedAtMs = ({ lastUsedAtMs }: AuditedKey): number => lastUsedAtMs ?? 0;
  return (
    usedAtMs(other) - usedAtMs(one) || other.createdAtMs - one.createdAtMs || (one.id < other.id ? -1 : 1)
  );
}
