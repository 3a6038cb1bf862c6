import { countOf } from "@keywarden/key-format";
import { describeDeadline, rules, type RuleId } from "@keywarden/hygiene";
import { makePalette, wrap, type Palette } from "@keywarden/scan/report-parts";
import { describeAccepted } from "./accepting.ts";
import type { AuditFinding, AuditReport, RenderContext } from "./audit-report.ts";

/** Findings of one rule that are shown; the tables have all of them. */
const shownPerRule = 20;

/** Renders an audit for people: a group for each rule, the worst first, and in it what is due first. */
export function renderAuditText(report: AuditReport, context: RenderContext): string {
  const palette = makePalette(context.isColoured);
  const groups = Map.groupBy(report.findings, ({ finding }) => finding.rule);
  return [
    ...[...groups].flatMap(([rule, findings]) => [
      ...renderGroup(rule, findings, report, context, palette),
      "",
    ]),
    ...notes(report, context, palette),
    closingLine(report, context, palette),
    "",
  ].join("\n");
}

function renderGroup(
  rule: RuleId,
  findings: readonly AuditFinding[],
  { nowMs }: AuditReport,
  { providers, plain, width }: RenderContext,
  palette: Palette,
): readonly string[] {
  const { severity, title } = rules[rule];
  const paint = severity === "critical" || severity === "high" ? palette.stop : palette.doubt;
  const shown = findings.slice(0, shownPerRule);
  const deadlines = shown.map(({ finding: { deadlineMs } }) =>
    deadlineMs === null ? "" : describeDeadline(deadlineMs, nowMs),
  );
  const column = Math.max(...deadlines.map(({ length }) => length));
  const indent = " ".repeat(column + (column === 0 ? 2 : 4));
  const sources = new Map(findings.map(({ finding: { source } }) => [source.sentence, source.provider]));
  return [
    `${paint(palette.strong(severity.toUpperCase()))}  ${palette.strong(title)}  ${palette.dim(`${rule}, ${countOf(findings.length, "key")}`)}`,
    ...[...sources].flatMap(([sentence, provider]) => {
      const name = providers.find(({ id }) => id === provider)?.name;
      return wrap(name === undefined ? sentence : `${name}: “${sentence}”`, width, "  ").map(palette.dim);
    }),
    ...shown.flatMap(({ finding, key }, index) => {
      const { deadlineMs, message, next } = finding;
      const deadline = (deadlines[index] ?? "").padEnd(column);
      const colour = deadlineMs !== null && nowMs >= deadlineMs ? palette.stop : palette.doubt;
      const head = [key.facts.id, key.facts.provider, key.redacted, key.name].map(plain).filter(Boolean);
      return [
        `  ${column === 0 ? "" : `${colour(deadline)}  `}${palette.strong(head[0] ?? "")}  ${head.slice(1).join("  ")}`,
        ...wrap(plain(message), width, indent),
        `${indent}${palette.dim("$")} ${plain(next)}`,
      ];
    }),
    ...(findings.length > shown.length
      ? [`  ${palette.dim(`… and ${findings.length - shown.length} more; --format csv lists all`)}`]
      : []),
  ];
}

function notes(report: AuditReport, { plain, width }: RenderContext, palette: Palette): readonly string[] {
  const { departures, unjudged, accepted, below } = report;
  const lines = [
    ...departures.map(({ member, keys }) =>
      keys === 0
        ? `${plain(member)} has left, but no live key names this member: check the spelling against the inventory.`
        : `${plain(member)} has left and knew ${countOf(keys, "live key")}.`,
    ),
    ...unjudged.map(
      ({ rules: names, keys, reason }) =>
        `Not judged: ${names.join(", ")} of ${countOf(keys, "key")}: ${reason}.`,
    ),
    ...(accepted.length === 0 ? [] : [`Accepted by keywarden.json: ${countOf(accepted.length, "finding")}.`]),
    ...accepted.slice(0, shownPerRule).map((one) => plain(describeAccepted(one.finding.keyId, one))),
    ...(below === 0 ? [] : [`Below the minimum severity: ${countOf(below, "finding")}.`]),
  ];
  return lines.length === 0 ? [] : [...lines.flatMap((line) => wrap(line, width, "").map(palette.dim)), ""];
}

function closingLine(report: AuditReport, { plain }: RenderContext, palette: Palette): string {
  const { inventory, liveKeys, findings, nowMs } = report;
  const dead = inventory.keys.length - liveKeys;
  const scope = `${countOf(liveKeys, "live key")} of ${plain(inventory.origin)} at ${new Date(nowMs).toISOString()}${dead === 0 ? "" : `; ${dead} revoked or expired left out`}`;
  const broken = new Set(findings.map(({ key }) => key)).size;
  const count = new Set(findings.map(({ finding }) => finding.rule)).size;
  return findings.length === 0
    ? `${palette.clean("clean")}: audited ${scope}`
    : `${palette.stop(countOf(findings.length, "finding"))}: ${broken} of ${countOf(liveKeys, "live key")} break${broken === 1 ? "s" : ""} ${countOf(count, "rule")}; audited ${scope}`;
}
