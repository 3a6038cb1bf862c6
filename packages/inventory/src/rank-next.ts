import { isLiveRow } from "./describe-status.ts";
import { departureOf, makeDepartures, type Departed, type Departures } from "./departures.ts";
import type { KeyRow } from "./key-row.ts";
import { formatAge, formatAgo } from "./text/format-duration.ts";
import type { Tone } from "./tone.ts";

/** One thing to do about one key. */
export interface NextItem {
  readonly row: KeyRow;
  /** Why, in one or two words that a list can lead with. */
  readonly reason:
    | "exposed"
    | "alert"
    | "stopped"
    | "departed"
    | "overdue"
    | "in grace"
    | "due"
    | "never used"
    | "dormant";
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

/** A key that was found where others can read it, and that still works. */
export interface NextExposure {
  readonly keyId: string;
  readonly atMs: number;
  /** Where, in words: `acme/web`. */
  readonly where: string;
}

/** A rotation that stopped before it was done. */
export interface NextRotation {
  readonly keyId: string;
  readonly atMs: number;
  /** What it stopped at. */
  readonly step: string;
  /** Whether the step failed; otherwise nobody has gone on with it. */
  readonly hasFailed: boolean;
}

/** What is known of keys beside the inventory. Each part may be absent; nothing is concluded from its absence. */
export interface NextSigns {
  readonly alerts?: readonly NextAlert[];
  readonly exposures?: readonly NextExposure[];
  readonly rotations?: readonly NextRotation[];
  /** Owners who have left. */
  readonly departures?: Departures;
}

/** A thing to do with its position: a lower rank comes first, and within one the lower `at`. */
export interface RatedItem extends NextItem {
  readonly rank: number;
  readonly at: number;
}

/**
 * Ranks what to do next over an inventory, most urgent first. Exposed keys come first, newest first; then alerts;
 * rotations that stopped; what departed owners knew, by its deadline; overdue production keys; grace periods by their
 * end; other overdue keys; due ones by their day; and live keys that nobody uses. Production comes before the rest, and
 * publishable keys, which are safe to show, come last. A key is named once, by its most urgent reason. What a server
 * does not tell is not guessed: a key of unknown use is not called unused.
 */
export function rankNext(
  rows: readonly KeyRow[],
  nowMs: number,
  signs: NextSigns | readonly NextAlert[] = {},
): readonly NextItem[] {
  const rate = makeRater(isAlerts(signs) ? { alerts: signs } : signs);
  return rows
    .flatMap((row) => rate(row, nowMs) ?? [])
    .sort(compareRated)
    .map(({ rank: _rank, at: _at, ...item }) => item);
}

const isAlerts = (signs: NextSigns | readonly NextAlert[]): signs is readonly NextAlert[] =>
  Array.isArray(signs);

/** Orders rated items; equal ones by their key's id. */
function compareRated(a: RatedItem, b: RatedItem): number {
  return a.rank - b.rank || a.at - b.at || (a.row.id < b.row.id ? -1 : 1);
}

/** Makes the judge of single keys, so that a list can follow changes without ranking everything anew. */
export function makeRater(signs: NextSigns): (row: KeyRow, nowMs: number) => RatedItem | null {
  const alerts = latestByKey(signs.alerts ?? []);
  const exposures = latestByKey(signs.exposures ?? []);
  const rotations = latestByKey(signs.rotations ?? []);
  const departures = signs.departures ?? makeDepartures([]);
  return (row, nowMs) => {
    if (!isLiveRow(row)) return null;
    const { id } = row;
    return (
      rateExposure(row, exposures.get(id), nowMs) ??
      rateAlert(row, alerts.get(id)) ??
      rateRotation(row, rotations.get(id), nowMs) ??
      rateDeparture(row, departureOf(row, departures), nowMs) ??
      rateAge(row, nowMs) ??
      rateUse(row, nowMs)
    );
  };
}

function latestByKey<Sign extends { readonly keyId: string; readonly atMs: number }>(
  signs: readonly Sign[],
): ReadonlyMap<string, Sign> {
  const latest = new Map<string, Sign>();
  for (const sign of signs)
    if ((latest.get(sign.keyId)?.atMs ?? -Infinity) < sign.atMs) latest.set(sign.keyId, sign);
  return latest;
}

const safeToShow = 100;
const departureMs = 24 * 3_600_000;

function rated(
  row: KeyRow,
  rank: number,
  at: number,
  item: Omit<NextItem, "row" | "byMs"> & { readonly byMs?: number },
): RatedItem {
  const later = row.kind === "publishable" ? safeToShow : 0;
  return { row, byMs: null, ...item, rank: rank + later, at };
}

function rateExposure(row: KeyRow, exposure: NextExposure | undefined, nowMs: number): RatedItem | null {
  // What a publishable key opens is open to everybody anyway.
  if (exposure === undefined || row.kind === "publishable") return null;
  const what = `found ${formatAgo(exposure.atMs, nowMs)} in ${exposure.where}, and it still works`;
  return rated(row, -2, -exposure.atMs, { reason: "exposed", what, todo: "revoke", tone: "danger" });
}

function rateAlert(row: KeyRow, alert: NextAlert | undefined): RatedItem | null {
  if (alert === undefined) return null;
  return { ...rated(row, 0, -alert.atMs, alertOf(alert)), rank: -1 };
}

const alertOf = ({ text }: NextAlert) =>
  ({ reason: "alert", what: text, todo: "look", tone: "danger" }) as const;

function rateRotation(row: KeyRow, rotation: NextRotation | undefined, nowMs: number): RatedItem | null {
  if (rotation === undefined) return null;
  const { atMs, step, hasFailed } = rotation;
  const why = hasFailed ? `it could not ${step}` : `nobody continues it, and the next step is ${step}`;
  const what = `a rotation stopped ${formatAgo(atMs, nowMs)}: ${why}`;
  return rated(row, 0, atMs, { reason: "stopped", what, todo: "finish", tone: "warning" });
}

function rateDeparture(row: KeyRow, departed: Departed | undefined, nowMs: number): RatedItem | null {
  if (departed === undefined) return null;
  const leftMs = departed.leftAtMs;
  if (leftMs === null) {
    const left = `${row.owner ?? "its owner"} has left, nobody says when, and may know it`;
    const age = rateAge(row, nowMs);
    // That a departure has no deadline takes none from a key that is overdue.
    const late = age?.reason === "overdue" ? age : null;
    const what = late === null ? left : `${left}; ${late.what}`;
    const byMs = late?.byMs ?? null;
    return rated(row, 0.5, row.environment === "production" ? 0 : 1, {
      reason: "departed",
      what,
      todo: "rotate",
      tone: late?.tone ?? "warning",
      ...(byMs !== null && { byMs }),
    });
  }
  // A secret that was made after its owner left is not one that they know.
  if (leftMs > nowMs || row.secretCreatedAtMs > leftMs) return null;
  const byMs = leftMs + departureMs;
  const what = `${row.owner ?? "its owner"} left ${formatAgo(leftMs, nowMs)} and knows it`;
  const tone = byMs < nowMs && row.environment === "production" ? "danger" : "warning";
  return rated(row, 0.5, byMs, { reason: "departed", what, todo: "rotate", byMs, tone });
}

function rateAge(row: KeyRow, nowMs: number): RatedItem | null {
  const { rotation } = row;
  const isProduction = row.environment === "production";
  if (rotation.state === "overdue") {
    const byMs = rotation.sinceMs;
    const tone = isProduction && row.kind !== "publishable" ? "danger" : "warning";
    const what = `overdue for ${formatAge(nowMs - byMs)}`;
    return rated(row, isProduction ? 1 : 3, byMs, { reason: "overdue", what, todo: "rotate", byMs, tone });
  }
  if (rotation.state === "in-grace") {
    const byMs = rotation.graceUntilMs;
    const what = `the old key works for another ${formatAge(byMs - nowMs)}`;
    return rated(row, 2, byMs, { reason: "in grace", what, todo: "finish", byMs, tone: "accent" });
  }
  if (rotation.state !== "due") return null;
  const byMs = rotation.overdueAtMs;
  const what = `overdue in ${formatAge(byMs - nowMs)}`;
  return rated(row, 4, byMs, { reason: "due", what, todo: "rotate", byMs, tone: "warning" });
}

function rateUse(row: KeyRow, nowMs: number): RatedItem | null {
  const { usage, lastUsedAtMs, secretCreatedAtMs } = row;
  if (usage.state !== "never-used" && usage.state !== "dormant") return null;
  const reason = usage.state === "dormant" ? "dormant" : "never used";
  const sinceMs = lastUsedAtMs ?? secretCreatedAtMs;
  const what = `not used for ${formatAge(nowMs - sinceMs)}`;
  const rank = row.environment === "production" ? 5 : 6;
  return rated(row, rank, sinceMs, { reason, what, todo: "revoke", tone: "plain" });
}
