import { describeRotation, describeUsage, rotationTone, usageTone } from "../inventory/describe-status.ts";
import { safeText, type KeyRow } from "../inventory/key-row.ts";
import { describeSchedule, policyOf } from "../inventory/policies.ts";
import { wideFrom } from "../state/layout.ts";
import { formatAgo, formatMoment } from "../text/format-duration.ts";
import { fitText, textWidth } from "../text/fit-text.ts";
import { paintLine, type Segment } from "../text/paint-line.ts";
import type { Paint } from "../theme.ts";

type Fact = readonly [label: string, value: Segment];

const labelWidth = 13;
const gutter = 3;

function moment(momentMs: number | null, nowMs: number, absent: string): Segment {
  return momentMs === null
    ? ["dim", absent]
    : ["plain", `${formatAgo(momentMs, nowMs)}  (${formatMoment(momentMs)})`];
}

function identityFacts(row: KeyRow): readonly Fact[] {
  const { environment, label } = row;
  return [
    ["key", ["bold", row.redacted]],
    ["id", ["plain", safeText(row.id)]],
    ["provider", ["plain", row.provider]],
    ["kind", ["plain", row.kind]],
    [
      "environment",
      environment === "production"
        ? ["production", `PRODUCTION (${label})`]
        : ["plain", `${environment} (${label})`],
    ],
    ["generation", ["plain", String(row.generation)]],
    ["owner", row.owner === null ? ["dim", "nobody"] : ["plain", row.owner]],
    ["tags", row.tags.length === 0 ? ["dim", "none"] : ["plain", row.tags.join(", ")]],
    [
      "restricted to",
      row.permissions === null ? ["dim", "nothing: full rights"] : ["plain", row.permissions.join(", ")],
    ],
  ];
}

function usageSentence({ usage }: KeyRow): string {
  return usage.state === "unknown" ? `${describeUsage(usage)}: ${usage.reason}` : describeUsage(usage);
}

function timeFacts(row: KeyRow, nowMs: number): readonly Fact[] {
  const { facts } = row;
  const { policy, source } = policyOf(row.provider);
  return [
    ["rotation", [rotationTone(row.rotation), describeRotation(row.rotation, nowMs)]],
    ["policy", ["plain", `${describeSchedule(policy)}, ${source}`]],
    ["usage", [usageTone(row.usage), usageSentence(row)]],
    ["last used", moment(facts.lastUsedAtMs, nowMs, "never")],
    ["secret made", moment(facts.secretCreatedAtMs, nowMs, "unknown")],
    ["key made", moment(facts.createdAtMs, nowMs, "unknown")],
    ["use known from", moment(facts.trackingSinceMs, nowMs, "unknown")],
    ["old works till", moment(facts.graceUntilMs, nowMs, "no older secret is valid")],
    [
      "ends",
      facts.revokedAtMs === null
        ? moment(facts.expiresAtMs, nowMs, "when it is revoked")
        : ["danger", `revoked ${formatAgo(facts.revokedAtMs, nowMs)}  (${formatMoment(facts.revokedAtMs)})`],
    ],
  ];
}

function factLine([label, [tone, value]]: Fact, width: number, paint: Paint): string {
  const text = fitText(value, Math.max(0, width - labelWidth - gutter - 1));
  return paintLine(
    [
      ["dim", ` ${fitText(label, labelWidth + 1)}  `],
      [tone, text],
    ],
    width,
    paint,
  );
}

/** All facts about a key: two columns where the terminal is wide enough, one otherwise. */
export function detailLines(row: KeyRow, nowMs: number, width: number, paint: Paint): readonly string[] {
  const identity = identityFacts(row);
  const times = timeFacts(row, nowMs);
  if (width < wideFrom) {
    // The most telling facts come first, in case the pane is low.
    const [key, ...others] = identity;
    return [...(key === undefined ? [] : [key]), ...times, ...others].map((fact) =>
      factLine(fact, width, paint),
    );
  }
  const widest = Math.max(...identity.map(([, [, value]]) => textWidth(value)));
  const leftWidth = Math.min(Math.max(widest + labelWidth + gutter + 2, 48), Math.floor(width / 2));
  return identity.map((fact, index) => {
    const right = times[index];
    const line = factLine(fact, leftWidth, paint);
    return right === undefined ? line : line + factLine(right, width - leftWidth, paint);
  });
}
