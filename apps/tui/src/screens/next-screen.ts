import { formatAge, formatDataAge, type RatedItem } from "@keywarden/inventory";
import { sourceStandings } from "../state/source-standing.ts";
import type { State } from "../state/state.ts";
import { formatCount } from "../text/format-count.ts";
import type { Segment } from "../text/paint-line.ts";
import { whyEmpty } from "./empty-text.ts";
import { keyColumn, withinRow } from "./key-columns.ts";
import type { Screen } from "./screen.ts";
import { textColumn } from "./text-columns.ts";

type Lines = readonly (readonly Segment[])[];

// Ranks come apart by more than any two moments do.
const rankStride = 1e13;

const by = ({ byMs }: RatedItem, nowMs: number): string => {
  if (byMs === null) return "–";
  return byMs <= nowMs ? `late ${formatAge(nowMs - byMs)}` : `in ${formatAge(byMs - nowMs)}`;
};

const sources = ["rotations", "exposures", "alerts"] as const;

/** What to do next, and by when, over everything that is known of keys. */
export const nextScreen: Screen<RatedItem> = {
  id: "next",
  title: "Next",
  about: "what to do next, most urgent first",
  load: sources,
  columns: [
    {
      id: "next",
      title: "NEXT",
      align: "left",
      width: 10,
      priority: 0,
      text: ({ reason }) => reason.toUpperCase(),
      tone: ({ tone }) => tone,
      rank: ({ rank, at }) => rank * rankStride + at,
    },
    withinRow(keyColumn("name", 14, 1, 40)),
    textColumn("what", "WHAT", { width: 26, priority: 3, widest: 64 }, ({ what }) => what),
    withinRow(keyColumn("environment", 11, 4)),
    withinRow(keyColumn("provider", 12, 7)),
    withinRow(keyColumn("last-used", 11, 6)),
    withinRow(keyColumn("owner", 12, 8, 24)),
    {
      ...textColumn<RatedItem>("by", "BY", { width: 10, priority: 5 }, () => ""),
      align: "right",
      text: by,
      rank: ({ byMs }) => byMs ?? Infinity,
    },
    textColumn(
      "do",
      "DO",
      { width: 6, priority: 2 },
      ({ todo }) => todo,
      () => "accent",
    ),
    withinRow(keyColumn("key", 15, 9)),
    withinRow(keyColumn("tags", 12, 10, 40)),
  ],
  sort: { column: "next", direction: "ascending" },
  fromKey: (key, { rate, nowMs }) => rate(key, nowMs),
  idOf: ({ row }) => row.id,
  nameOf: ({ row }) => row.name,
  wordsOf: ({ row, reason }) => `${reason}\n${row.haystack}`,
  keyOf: ({ row }, { byId }) => byId.get(row.id) ?? row,
  actions: ["act", "filter", "details", "open", "rotate", "revoke", "write", "palette", "help", "quit"],
  empty: (state) =>
    whyEmpty(state, "item") ??
    (state.totals.keys === 0
      ? [
          [],
          [["bold", "  The server has no keys yet."]],
          [
            [
              "dim",
              "  keywarden keys create --provider aforo --name payments --environment production --to env:.env#KEY",
            ],
          ],
        ]
      : [[], ...nothingToDo(state)]),
  detail: () => [],
  // A list that leaves something out says so, however much else there is to do.
  head: (state) => {
    const failed = failedSources(state);
    return failed.length === 0 ? [] : [[["warning", ` Not looked at: ${failed.join(", ")}`]]];
  },
};

/** That there is nothing to do is said only where everything that could tell otherwise has answered. */
function nothingToDo(state: State): Lines {
  const { hasApp, departures } = state;
  const missing = [
    ...failedSources(state),
    ...sourceStandings(state, sources)
      .filter(({ is }) => is === "unread")
      .map(({ source }) => `${source} (being read)`),
    ...sourceStandings(state, sources).flatMap(({ source, newest }) =>
      newest === null ? [] : [`${source} before the newest ${formatCount(newest)}`],
    ),
    ...(hasApp ? [] : ["exposures (no --app-url)"]),
    ...(departures.size > 0 ? [] : ["departures (no --departed)"]),
  ];
  if (missing.length === 0)
    return [
      [["good", "  No key of this server needs anything."]],
      [["dim", "  Everything was looked at: keys shows all of them."]],
    ];
  return [
    [["bold", "  Nothing to do in what was looked at."]],
    [["dim", `  Not looked at: ${missing.join(", ")}.`]],
  ];
}

const failedSources = (state: State): readonly string[] =>
  sourceStandings(state, sources).flatMap(({ source, is, valueAtMs, problem }) => {
    if (is !== "failed") return [];
    const age = valueAtMs === null ? "" : `since ${formatDataAge(valueAtMs, state.nowMs)}: `;
    return [`${source} (${age}${problem})`];
  });
