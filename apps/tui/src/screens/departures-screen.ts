import { formatMoment, isLive, type KeyRow } from "@keywarden/inventory";
import { whyEmpty } from "./empty-text.ts";
import { keyColumn, withinRow } from "./key-columns.ts";
import type { Screen } from "./screen.ts";
import { momentColumn, textColumn } from "./text-columns.ts";

/** A key that somebody knew who has left. */
interface Departure {
  readonly row: KeyRow;
  readonly leftAtMs: number;
  readonly isReplaced: boolean;
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
      ({ isReplaced }) => (isReplaced ? "is replaced" : "still works"),
      ({ isReplaced }) => (isReplaced ? "good" : "warning"),
    ),
    withinRow(keyColumn("environment", 11, 4)),
    withinRow(keyColumn("provider", 12, 5)),
    withinRow(keyColumn("rotation", 20, 6)),
    withinRow(keyColumn("last-used", 11, 7)),
  ],
  sort: { column: "known", direction: "descending" },
  fromKey: (row, { departedMs, nowMs }) => {
    const leftAtMs = departedMs.get(row.told.owner ?? "");
    if (leftAtMs === undefined || leftAtMs > nowMs || !isLive(row)) return null;
    return { row, leftAtMs, isReplaced: row.facts.secretCreatedAtMs > leftAtMs };
  },
  idOf: ({ row }) => row.id,
  nameOf: ({ row }) => row.name,
  wordsOf: ({ row }) => row.haystack,
  keyOf: ({ row }, { byId }) => byId.get(row.id) ?? row,
  actions: ["rotate", "filter", "details", "open", "palette", "help", "quit"],
  empty: (state) =>
    whyEmpty(state, "key") ??
    (state.departedMs.size === 0
      ? [
          [],
          [["bold", "  No departed owner has been named."]],
          [["dim", "  Name one with :departed <owner>, or start with --departed <owner>."]],
        ]
      : [
          [],
          [["good", "  No live key belongs to those who left:"]],
          ...[...state.departedMs].map(
            ([owner, atMs]) => [["plain", `  ${state.judge.show(owner)}, ${formatMoment(atMs)}`]] as const,
          ),
        ]),
  detail: () => [],
};
