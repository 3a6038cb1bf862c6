import { countOf } from "@keywarden/key-format";
import { describeDeadline } from "@keywarden/hygiene";
import { sha256 } from "@keywarden/repository-scan";
import { renderHygieneSarif } from "./hygiene-sarif.ts";
import { isoOrNullOf, type AuditReport, type RenderContext } from "./audit-report.ts";

/** Renders SARIF 2.1.0: a result for each finding, at the key's line where the inventory is a table. */
export function renderAuditSarif(report: AuditReport, context: RenderContext): string {
  const { inventory, findings, liveKeys, unjudged, nowMs } = report;
  const { plain } = context;
  return renderHygieneSarif({
    command: "audit",
    version: context.version,
    results: findings.map(({ finding, key }) => ({
      rule: finding.rule,
      message: `${plain(key.facts.id)} (${plain(key.redacted)}): ${plain(finding.message)}${deadlineText(finding.deadlineMs, nowMs)}. Next: ${plain(finding.next)}`,
      file: inventory.file,
      line: key.line,
      logicalLocations: [
        {
          name: plain(key.facts.id),
          fullyQualifiedName: plain(`${key.facts.provider}/${key.facts.id}`),
          kind: "resource",
        },
      ],
      identity: sha256(JSON.stringify([finding.rule, key.facts.provider, key.facts.id])),
      properties: {
        provider: plain(key.facts.provider),
        since: isoOrNullOf(finding.sinceMs),
        deadline: isoOrNullOf(finding.deadlineMs),
        source: plain(finding.source.sentence),
      },
    })),
    notes: unjudged.map(
      ({ rules, keys, reason }) => `not judged: ${rules.join(", ")} of ${countOf(keys, "key")}: ${reason}`,
    ),
    properties: {
      origin: plain(inventory.origin),
      at: isoOrNullOf(nowMs),
      keys: inventory.keys.length,
      live: liveKeys,
    },
  });
}

const deadlineText = (deadlineMs: number | null, nowMs: number): string =>
  deadlineMs === null ? "" : `; ${describeDeadline(deadlineMs, nowMs)}`;
