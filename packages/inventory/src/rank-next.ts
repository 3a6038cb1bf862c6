import { isLive } from "./describe-status.ts";
import type { KeyRow } from "./key-row.ts";
import { formatAge } from "./text/format-duration.ts";
import type { Tone } from "./tone.ts";

/** One thing to do about one key. */
export interface NextItem {
  readonly row: KeyRow;
  /** Why, in one or two words that a list can lead with. */
  readonly reason: "alert" | "overdue" | "in grace" | "due" | "never used" | "dormant";
  /** What is the matter, in words. */
  readonly what: string;
  readonly todo: "look" | "rotate" | "finish" | "revoke";
  /** By when; null for what has no deadline. */
  readonly byMs: number | null;
  readonly tone: Tone;
}

/** Something that was noticed about a key and that nobody has looked at. */
export interface NextAlert {
  readonly keyId: string;
  readonly atMs: number;
  readonly text: string;
}

/**
 * Ranks what to do next over an inventory, most urgent first. Alerts come first, newest first; then overdue production
 * keys, grace periods by their end, other overdue keys, due ones by their day, and live keys that nobody uses.
 * Production comes before the rest, and publishable keys, which are safe to show, come last. A key is named once, by
 * its most urgent reason. What a server does not tell is not guessed: a key of unknown use is not called unused.
 */
export function rankNext(
  rows: readonly KeyRow[],
  nowMs: number,
  alerts: readonly NextAlert[] = [],
): readonly NextItem[] {
  const latest = new Map<string, NextAlert>();
  for (const alert of alerts) {
    if ((latest.get(alert.keyId)?.atMs ?? -Infinity) < alert.atMs) latest.set(alert.keyId, alert);
  }
  return rows
    .flatMap((row) => (isLive(row) ? judge(row, nowMs, latest.get(row.id)) : []))
    .sort((a, b) => a.rank - b.rank || a.at - b.at || (a.item.row.id < b.item.row.id ? -1 : 1))
    .map(({ item }) => item);
}

interface Ranked {
  readonly item: NextItem;
  readonly rank: number;
  /** Within a rank, the smaller one comes first. */
  readonly at: number;
}

const safeToShow = 100;

function judge(row: KeyRow, nowMs: number, alert: NextAlert | undefined): readonly Ranked[] {
  const isProduction = row.environment === "production";
  const later = row.kind === "publishable" ? safeToShow : 0;
  const { rotation, usage } = row;
  const say = (
    rank: number,
    at: number,
    item: Omit<NextItem, "row" | "byMs"> & { readonly byMs?: number },
  ): readonly Ranked[] => [{ rank: rank + later, at, item: { row, byMs: null, ...item } }];
  if (alert !== undefined)
    return say(-later, -alert.atMs, { reason: "alert", what: alert.text, todo: "look", tone: "danger" });
  if (rotation.state === "overdue") {
    const what = `overdue for ${formatAge(nowMs - rotation.sinceMs)}`;
    const tone = isProduction && later === 0 ? "danger" : "warning";
    return say(isProduction ? 1 : 3, rotation.sinceMs, {
      reason: "overdue",
      what,
      todo: "rotate",
      tone,
      byMs: rotation.sinceMs,
    });
  }
  if (rotation.state === "in-grace") {
    const byMs = rotation.graceUntilMs;
    const what = `the old key works for another ${formatAge(byMs - nowMs)}`;
    return say(2, byMs, { reason: "in grace", what, todo: "finish", byMs, tone: "accent" });
  }
  if (rotation.state === "due") {
    const byMs = rotation.overdueAtMs;
    const what = `overdue in ${formatAge(byMs - nowMs)}`;
    return say(4, byMs, { reason: "due", what, todo: "rotate", byMs, tone: "warning" });
  }
  if (usage.state === "never-used" || usage.state === "dormant") {
    const reason = usage.state === "dormant" ? ("dormant" as const) : ("never used" as const);
    const sinceMs = row.facts.lastUsedAtMs ?? row.facts.secretCreatedAtMs;
    const what = `not used for ${formatAge(nowMs - sinceMs)}`;
    return say(isProduction ? 5 : 6, sinceMs, { reason, what, todo: "revoke", tone: "plain" });
  }
  return [];
}
