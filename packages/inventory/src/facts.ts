import { describeStanding, isDisabledRow, standingTone, usageTone } from "./describe-status.ts";
import type { Judge } from "./judge.ts";
import type { KeyRow } from "./key-row.ts";
import { describeSchedule } from "./named-policy.ts";
import { parseInstant } from "./parse-instant.ts";
import { cleanText } from "./text/clean-text.ts";
import { formatAgo, formatMoment } from "./text/format-duration.ts";
import type { Tone } from "./tone.ts";

/** One thing that is known of a key, in words. */
export interface Fact {
  readonly label: string;
  readonly text: string;
  readonly tone: Tone;
}

const fact = (label: string, text: string, tone: Tone = "plain"): Fact => ({ label, text, tone });

/** Says what a key is, and what it may do. */
export function identityFacts(row: KeyRow, { show }: Judge): readonly Fact[] {
  const { environment, label, owner, tags } = row;
  const isProduction = environment === "production";
  const bounds = boundsOf(row, show);
  return [
    fact("key", row.redacted),
    fact("id", cleanText(row.id)),
    fact("provider", row.provider),
    fact("kind", row.kind),
    fact(
      "environment",
      `${isProduction ? "PRODUCTION" : environment} (${label})`,
      isProduction ? "production" : "plain",
    ),
    fact("generation", String(row.generation)),
    ...(row.told.replaces === null ? [] : [fact("replaces", cleanText(row.told.replaces))]),
    owner === null ? fact("owner", "nobody", "dim") : fact("owner", owner),
    tags.length === 0 ? fact("tags", "none", "dim") : fact("tags", tags.join(", ")),
    bounds === "" ? fact("restricted to", "nothing: full rights", "dim") : fact("restricted to", bounds),
  ];
}

function boundsOf({ permissions, told }: KeyRow, show: Judge["show"]): string {
  const restrictions = Object.entries(told.restrictions ?? {}).map(
    ([name, value]) => `${name} ${Array.isArray(value) ? value.join(", ") : JSON.stringify(value)}`,
  );
  return [
    ...(permissions === null ? [] : [permissions.join(", ") || "no permission"]),
    ...restrictions.map(show),
  ].join("; ");
}

/** Says where a key stands in time: rotation, use, grace and end. */
export function timeFacts(row: KeyRow, judge: Judge, nowMs: number): readonly Fact[] {
  const { facts, usage } = row;
  const { policy, source } = judge.policyOf(row.told.provider);
  const moment = (label: string, momentMs: number | null, absent: string): Fact =>
    momentMs === null ? fact(label, absent, "dim") : fact(label, describeMoment(momentMs, nowMs));
  const reason = usage.state === "unknown" ? `: ${usage.reason}` : "";
  return [
    fact("rotation", describeStanding(row, nowMs), standingTone(row)),
    ...(isDisabledRow(row)
      ? [moment("disabled", disabledMs(row), "it opens nothing until it is enabled")]
      : []),
    fact("policy", `${describeSchedule(policy)}, ${source}`),
    fact("usage", `${usage.state}${reason}`, usageTone(usage)),
    moment(
      "last used",
      facts.lastUsedAtMs,
      facts.trackingSinceMs === null ? "unknown" : `not since ${formatMoment(facts.trackingSinceMs)}`,
    ),
    moment("secret made", facts.secretCreatedAtMs, "unknown"),
    moment("key made", facts.createdAtMs, "unknown"),
    moment("use known from", facts.trackingSinceMs, "unknown"),
    moment("old works till", facts.graceUntilMs, "no older secret is valid"),
    facts.revokedAtMs === null
      ? moment("ends", facts.expiresAtMs, "when it is revoked")
      : fact("ends", `revoked ${describeMoment(facts.revokedAtMs, nowMs)}`, "danger"),
  ];
}

const disabledMs = ({ told: { disabledAt } }: KeyRow): number | null =>
  disabledAt === null ? null : parseInstant(disabledAt);

const describeMoment = (momentMs: number, nowMs: number): string =>
  `${formatAgo(momentMs, nowMs)}  (${formatMoment(momentMs)})`;
