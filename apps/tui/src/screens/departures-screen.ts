import { departureOf, formatMoment, isLiveRow, type Departed, type KeyRow } from "@keywarden/inventory";
import type { State } from "../state/state.ts";
import type { Segment } from "../text/paint-line.ts";
import { whyEmpty } from "./empty-text.ts";
import { keyColumn, withinRow } from "./key-columns.ts";
import type { Screen } from "./screen.ts";
import { momentColumn, textColumn } from "./text-columns.ts";

/** A key that somebody knew who has left. */
interface Departure {
  readonly row: KeyRow;
  /** When they left; null where nobody says. */
  readonly leftAtMs: number | null;
  /** Whether the secret is younger than that; null where nobody can say. */
  readonly isReplaced: boolean | null;
}

/** Who left and when; a name that no key ever had may be a misspelt one. */
function departedText(departed: Departed, { byId, departures, judge }: State): Segment {
  const { member, leftAtMs } = departed;
  const isKnown = Iterator.from(byId.values()).some((row) => departureOf(row, departures) === departed);
  const when = leftAtMs === null ? "some time" : formatMoment(leftAtMs);
  const doubt = isKnown ? "" : ": no key of this server has an owner of that name";
  return [isKnown ? "plain" : "warning", `  ${judge.show(member)}, ${when}${doubt}`];
}

/** The keys of those who have left, and whether what they knew still works. */
export const departuresScreen: Screen<Departure> = {
  id: "departures",
  title: "Departures",
  about: "the keys of owners who have left",
  load: [],
  columns: [
    withinRow(keyColumn("owner", 12, 0, 24)),
    momentColumn("left", "LEFT", { width: 9, priority: 2 }, ({ leftAtMs }) => leftAtMs),
    withinRow(keyColumn("name", 14, 1, 48)),
    textColumn(
      "known",
      "WHAT THEY KNEW",
      { width: 17, priority: 3 },
      ({ isReplaced }) => (isReplaced === null ? "not known" : isReplaced ? "is replaced" : "still works"),
      ({ isReplaced }) => (isReplaced === true ? "good" : "warning"),
    ),
    withinRow(keyColumn("environment", 11, 4)),
    withinRow(keyColumn("provider", 12, 5)),
    withinRow(keyColumn("rotation", 20, 6)),
    withinRow(keyColumn("last-used", 11, 7)),
  ],
  sort: { column: "known", direction: "descending" },
  fromKey: (row, { departures, nowMs }) => {
    const departed = departureOf(row, departures);
    if (departed === undefined || !isLiveRow(row)) return null;
    const { leftAtMs } = departed;
    if (leftAtMs === null) return { row, leftAtMs, isReplaced: null };
    return leftAtMs > nowMs ? null : { row, leftAtMs, isReplaced: row.facts.secretCreatedAtMs > leftAtMs };
  },
  idOf: ({ row }) => row.id,
  nameOf: ({ row }) => row.name,
  wordsOf: ({ row }) => row.haystack,
  keyOf: ({ row }, { byId }) => byId.get(row.id) ?? row,
  actions: ["rotate", "filter", "details", "open", "palette", "help", "quit"],
  empty: (state) =>
    whyEmpty(state, "key") ??
    (state.departures.size === 0
      ? [
          [],
          [["bold", "  No departed owner has been named."]],
          [["dim", "  Name one with :departed <owner>, or start with --departed <owner>."]],
        ]
      : [
          [],
          [["bold", "  No live key belongs to an owner of these names:"]],
          ...[...state.departures].map(([, departed]) => [departedText(departed, state)] as const),
        ]),
  detail: () => [],
};
