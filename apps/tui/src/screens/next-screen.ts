import { formatAge, type RatedItem } from "@keywarden/inventory";
import type { State } from "../state/state.ts";
import { whyEmpty } from "./empty-text.ts";
import { keyColumn, withinRow } from "./key-columns.ts";
import type { Screen } from "./screen.ts";
import { textColumn } from "./text-columns.ts";

// Ranks come apart by more than any two moments do.
const rankStride = 1e13;

const by = ({ byMs }: RatedItem, nowMs: number): string => {
  if (byMs === null) return "–";
  return byMs <= nowMs ? `late ${formatAge(nowMs - byMs)}` : `in ${formatAge(byMs - nowMs)}`;
};

/** What to do next, and by when, over everything that is known of keys. */
export const nextScreen: Screen<RatedItem> = {
  id: "next",
  title: "Next",
  about: "what to do next, most urgent first",
  load: ["rotations", "exposures", "alerts"],
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
      : [
          [],
          [["good", "  No key of this server needs anything."]],
          [["dim", `  ${unknownSources(state)}: keys shows all of them.`]],
        ]),
  detail: () => [],
  // A list that leaves something out says so, however much else there is to do.
  head: (state) => {
    const failed = failedSources(state);
    return failed.length === 0 ? [] : [[["warning", ` Not looked at: ${failed.join(", ")}`]]];
  },
};

const failedSources = ({ readings }: State): readonly string[] =>
  (["exposures", "rotations", "alerts"] as const).flatMap((source) => {
    const problem = readings[source]?.problem ?? null;
    return problem === null ? [] : [`${source} (${problem.message})`];
  });

const unknownSources = (state: State): string => {
  const { hasApp, departedMs } = state;
  const missing = [
    ...failedSources(state),
    ...(hasApp ? [] : ["exposures (no --app-url)"]),
    ...(departedMs.size > 0 ? [] : ["departures (no --departed)"]),
  ];
  return missing.length === 0 ? "Everything was looked at" : `Not looked at: ${missing.join(", ")}`;
};
