import { rotationStatus, usageStatus, type HygieneFinding } from "@keywarden/hygiene";
import { isoOrNullOf, type AuditReport } from "./audit-report.ts";
import type { InventoryKey } from "./audited-inventory.ts";

/** The columns of a credential report, in the order in which they are written. */
export const reportColumns = [
  "key_id",
  "provider",
  "name",
  "owner",
  "key",
  "kind",
  "environment",
  "label",
  "key_active",
  "created_time",
  "last_rotated_time",
  "next_rotation_time",
  "rotation",
  "last_used_time",
  "tracking_since",
  "usage",
  "grace_until",
  "expires_time",
  "revoked_time",
  "tenant",
  "restrictions",
  "permissions",
  "services",
  "deployed_in",
  "seen_by",
  "tags",
  "fingerprint",
  "findings",
  "severity",
  "deadline",
] as const;

/** Gives every fact about a key, a text for each column: `N/A` where there can be none, `no_information` where nobody tells. */
export function rowOf(
  { facts, name, redacted, label, tags, permissions }: InventoryKey,
  findings: readonly HygieneFinding[],
  { policyOf, nowMs }: Pick<AuditReport, "policyOf" | "nowMs">,
): Readonly<Record<(typeof reportColumns)[number], string>> {
  const policy = policyOf(facts.provider);
  const rotation = rotationStatus(facts, policy, nowMs);
  const usage = usageStatus(facts, policy, nowMs).state;
  const next =
    rotation.state === "overdue" ? rotation.sinceMs : "overdueAtMs" in rotation ? rotation.overdueAtMs : null;
  const deadlines = findings.flatMap(({ deadlineMs }) => deadlineMs ?? []);
  const list = (items: readonly string[] | undefined): string =>
    items === undefined ? noInformation : items.length === 0 ? none : items.join(";");
  const [worst] = findings;
  return {
    key_id: facts.id,
    provider: facts.provider,
    name,
    owner: facts.owner === undefined ? noInformation : (facts.owner ?? none),
    key: redacted,
    kind: facts.kind,
    environment: facts.environment,
    label,
    key_active: rotation.state === "revoked" || rotation.state === "expired" ? "false" : "true",
    created_time: isoOrNullOf(facts.createdAtMs) ?? none,
    last_rotated_time: isoOrNullOf(facts.secretCreatedAtMs) ?? none,
    next_rotation_time: isoOrNullOf(next) ?? none,
    rotation: rotation.state,
    last_used_time:
      isoOrNullOf(facts.lastUsedAtMs) ?? (facts.trackingSinceMs === null ? noInformation : none),
    tracking_since: isoOrNullOf(facts.trackingSinceMs) ?? noInformation,
    usage,
    grace_until: isoOrNullOf(facts.graceUntilMs) ?? none,
    expires_time: isoOrNullOf(facts.expiresAtMs) ?? none,
    revoked_time: isoOrNullOf(facts.revokedAtMs) ?? none,
    tenant: facts.tenant ?? none,
    restrictions: facts.restrictions?.length === 0 ? "none" : list(facts.restrictions),
    permissions: permissions === null ? none : list(permissions),
    services: list(facts.services),
    deployed_in: list(facts.deployedIn),
    seen_by:
      facts.seenBy === undefined
        ? noInformation
        : list([...new Set(facts.seenBy.map(({ member }) => member))]),
    tags: list(tags),
    fingerprint: facts.fingerprint ?? noInformation,
    findings: findings.length === 0 ? "none" : findings.map(({ rule }) => rule).join(";"),
    severity: worst?.severity ?? none,
    deadline: deadlines.length === 0 ? none : (isoOrNullOf(Math.min(...deadlines)) ?? none),
  };
}

const none = "N/A";
const noInformation = "no_information";
