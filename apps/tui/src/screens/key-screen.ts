import {
  describeCalls,
  describeOwner,
  fitText,
  formatCountdown,
  formatMoment,
  identityFacts,
  timeFacts,
  textWidth,
  type Fact,
  type KeyRow,
} from "@keywarden/inventory";
import { exposuresOf } from "../state/exposures-of.ts";
import type { State } from "../state/state.ts";
import type { Segment } from "../text/paint-line.ts";
import { auditColumns, auditFacts, showEntries, type ShownEntry } from "./audit-screen.ts";
import { whySourceEmpty } from "./empty-text.ts";
import type { Screen } from "./screen.ts";
import { drawSparkline } from "./sparkline.ts";

type Line = readonly Segment[];

const labelWidth = 14;
const wideFrom = 120;

function lineOf({ label, text, tone }: Fact, width: number): Line {
  return [
    ["dim", ` ${fitText(label, labelWidth)} `],
    [tone, fitText(text, Math.max(1, width - labelWidth - 2))],
  ];
}

/** The facts of a key, side by side where there is room. */
function factLines(row: KeyRow, { judge, nowMs, columns, isSpoken }: State): readonly Line[] {
  const identity = identityFacts(row, judge);
  const times = timeFacts(row, judge, nowMs);
  if (columns < wideFrom || isSpoken) return [...identity, ...times].map((fact) => lineOf(fact, columns));
  const left = Math.floor(columns / 2);
  return identity.map((fact, index) => {
    const right = times[index];
    return [...lineOf(fact, left), ...(right === undefined ? [] : lineOf(right, columns - left))];
  });
}

const barCells = 24;

/** How much of the grace period is left, as a bar. */
function graceLine({ rotation, facts }: KeyRow, nowMs: number): readonly Line[] {
  if (rotation.state !== "in-grace") return [];
  const leftMs = Math.max(0, rotation.graceUntilMs - nowMs);
  const wholeMs = Math.max(1, rotation.graceUntilMs - facts.secretCreatedAtMs);
  const full = Math.round((leftMs / wholeMs) * barCells);
  return [
    [
      ["dim", ` ${fitText("old secret", labelWidth)} `],
      ["accent", "█".repeat(full)],
      ["dim", "░".repeat(Math.max(0, barCells - full))],
      ["plain", ` works for ${formatCountdown(leftMs / 1000)}, then it stops`],
    ],
  ];
}

function useLines({ readings, columns, nowMs }: State): readonly Line[] {
  const reading = readings.usage;
  const label: Segment = ["dim", ` ${fitText("use in 24 h", labelWidth)} `];
  if (reading?.problem !== undefined && reading.problem !== null)
    return [[label, ["dim", `not known: ${reading.problem.message}`]]];
  const usage = reading?.value;
  if (usage === undefined || usage === null) return [[label, ["dim", "reading …"]]];
  const calls = usage.buckets.map(({ requests }) => requests);
  return [
    [
      label,
      ["accent", usage.requests === 0 ? "" : drawSparkline(calls, Math.max(8, Math.min(48, columns - 60)))],
      ["plain", `${usage.requests === 0 ? "" : " "}${describeCalls(usage, nowMs)}`],
      [usage.denied > 0 ? "warning" : "dim", usage.denied > 0 ? `, ${usage.denied} refused` : ""],
    ],
  ];
}

function exposureLines(row: KeyRow, { readings, hasApp }: State): readonly Line[] {
  const label: Segment = ["dim", ` ${fitText("exposed", labelWidth)} `];
  if (!hasApp) return [[label, ["dim", "not known: no GitHub App is configured"]]];
  const { found, isKnown, problem } = exposuresOf(row.id, readings);
  if (!isKnown)
    return [[label, problem === null ? ["dim", "reading …"] : ["warning", `not known: ${problem}`]]];
  return found.length === 0
    ? [[label, ["plain", "the App has not found it anywhere"]]]
    : found.map(({ repository, where, state, firstSeenAtMs }) => [
        label,
        [state === "revoked" ? "plain" : "danger", `${repository} ${where}`],
        ["dim", `  ${state}, found ${formatMoment(firstSeenAtMs)}`],
      ]);
}

function headOf(state: State): readonly Line[] {
  const { subject, byId, nowMs, columns } = state;
  const row = byId.get(subject ?? "");
  if (row === undefined) return [[["warning", ` The key ${subject ?? ""} is not in the inventory.`]]];
  const title = ` ${row.environment === "production" ? "PRODUCTION  " : ""}${row.name}`;
  return [
    [
      [row.environment === "production" ? "production" : "bold", title],
      ["dim", fitText(`  ${row.redacted}  ${describeOwner(row)}`, Math.max(1, columns - textWidth(title)))],
    ],
    ...graceLine(row, nowMs),
    ...useLines(state),
    ...exposureLines(row, state),
    ...factLines(row, state),
  ];
}

/** All that is known of one key, and what was done to it. */
export const keyScreen: Screen<ShownEntry> = {
  id: "key",
  title: "Key",
  about: "all that is known of one key, and what was done to it",
  load: ["history", "usage", "exposures"],
  columns: auditColumns,
  sort: { column: "at", direction: "ascending" },
  rows: (state) => showEntries(state.readings.history?.value ?? [], state),
  idOf: ({ sequence }) => String(sequence),
  nameOf: ({ action }) => action,
  wordsOf: ({ action, actor }) => `${action}\n${actor}`.toLowerCase(),
  keyOf: (_, { byId, subject }) => byId.get(subject ?? ""),
  actions: ["rotate", "revoke", "restrict", "copy", "back", "palette", "help", "quit"],
  empty: (state) =>
    whySourceEmpty(state, "history", "entry", [[], [["dim", "  The audit has nothing about this key."]]]),
  detail: auditFacts,
  head: headOf,
};
