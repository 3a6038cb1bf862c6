import { isoOrNullOf, type AuditFinding, type AuditReport, type RenderContext } from "./audit-report.ts";

/** Renders one object: findings, what was accepted, what was not judged, and what was audited. */
export function renderAuditJson(report: AuditReport, { plain, version }: RenderContext): string {
  const { inventory, nowMs, liveKeys, findings, accepted, below, unjudged, departures, policyOf } = report;
  const providers = [...new Set(inventory.keys.map(({ facts }) => facts.provider))];
  const told = {
    version,
    audited: {
      origin: plain(inventory.origin),
      at: isoOrNullOf(nowMs),
      keys: inventory.keys.length,
      live: liveKeys,
      findings: findings.length,
      belowSeverity: below,
    },
    findings: findings.map((found) => findingOf(found, nowMs)),
    accepted: accepted.map(({ finding: { rule, keyId }, ...said }) => ({ rule, keyId, ...said })),
    unjudged,
    departures: departures.map(({ member, departedAtMs, keys }) => ({
      member,
      departedAt: isoOrNullOf(departedAtMs),
      keys,
    })),
    policies: Object.fromEntries(
      providers.map((id) => {
        const { name: _name, ...policy } = policyOf(id);
        return [id, policy];
      }),
    ),
  };
  // A server's words may hold anything, keys among it.
  return `${JSON.stringify(told, (_, value: unknown) => (typeof value === "string" ? plain(value) : value), 2)}\n`;
}

function findingOf({ finding, key }: AuditFinding, nowMs: number): object {
  const { rule, severity, message, sinceMs, deadlineMs, source, next } = finding;
  const { facts, name, redacted } = key;
  return {
    rule,
    severity,
    key: {
      id: facts.id,
      provider: facts.provider,
      name,
      key: redacted,
      kind: facts.kind,
      environment: facts.environment,
      owner: facts.owner ?? null,
    },
    message,
    since: isoOrNullOf(sinceMs),
    deadline: isoOrNullOf(deadlineMs),
    // Below 0 once it is missed.
    remainingHours: deadlineMs === null ? null : Math.floor((deadlineMs - nowMs) / 36_000) / 100,
    source,
    next,
  };
}
