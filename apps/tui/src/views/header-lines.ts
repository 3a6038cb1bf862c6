import { safeText } from "@keywarden/inventory";
import { screenOf } from "../screens/screens.ts";
import { describeListCount } from "../state/rows/is-list-partial.ts";
import { layoutScreen } from "../state/layout.ts";
import type { State } from "../state/state.ts";
import { formatCount } from "../text/format-count.ts";
import { paintRule, paintSpread, widthOf, type Segment } from "../text/paint-line.ts";
import type { Paint } from "../theme.ts";
import { fieldSegments } from "./field-segments.ts";

// Below this width the server and the read-only marker are worth more than who one is.
const narrowBelow = 72;

/** Whether anything is known of the keys: before the first answer none is counted, which is not that there is none. */
const isCounted = ({ totals: { keys }, hasLoaded }: State): boolean => hasLoaded || keys > 0;

function totals(state: State): readonly Segment[] {
  const {
    totals: { overdue, due, inGrace },
    hasLoaded,
    load,
  } = state;
  if (!isCounted(state) || (!hasLoaded && load === null)) return [];
  return [
    [overdue > 0 ? "warning" : "dim", `${formatCount(overdue)} overdue`],
    ["dim", "  ·  "],
    [due > 0 ? "plain" : "dim", `${formatCount(due)} due`],
    ["dim", "  ·  "],
    [inGrace > 0 ? "accent" : "dim", `${formatCount(inGrace)} in grace`],
    ["plain", " "],
  ];
}

/** The number of keys, and of each provider as many as there is room for; what is left out is counted. */
function providers(state: State, room: number): readonly Segment[] {
  if (!isCounted(state)) return [];
  const { keys, byProvider } = state.totals;
  const total = state.load?.total ?? null;
  // Reading that broke off leaves a part, too.
  const isArriving = !state.hasLoaded && (state.load !== null || keys > 0);
  const start: readonly Segment[] = [
    ["bold", ` ${formatCount(keys)} ${keys === 1 ? "key" : "keys"}`],
    ["dim", isArriving ? (total === null ? " so far" : ` of ${formatCount(total)} so far`) : ""],
  ];
  const parts = [...byProvider].filter(([, number]) => number > 0).sort(([a], [b]) => (a < b ? -1 : 1));
  const shown: Segment[] = [];
  let left = room - widthOf(start);
  for (const [index, [provider, number]] of parts.entries()) {
    const item: readonly Segment[] = [
      ["plain", `   ${provider}`],
      ["dim", ` ${formatCount(number)}`],
    ];
    const others = parts.length - index - 1;
    const needed = widthOf(item) + (others === 0 ? 0 : ` +${others}`.length);
    if (needed > left) return [...start, ...shown, ["dim", ` +${parts.length - index}`]];
    shown.push(...item);
    left -= widthOf(item);
  }
  return [...start, ...shown];
}

function filterRule(state: State, paint: Paint): string {
  const { columns } = state;
  const { filterField, filter, visible, sorted, marked } = state.list;
  const isTyping = state.mode === "filter";
  const marks: readonly Segment[] =
    marked.size === 0 ? [] : [["accent", `${formatCount(marked.size)} marked  `]];
  if (!isTyping && filterField.value === "") return paintRule([], columns, paint, marks);
  const text: readonly Segment[] = isTyping ? fieldSegments(filterField) : [["plain", filterField.value]];
  const shown = `${state.scan === null ? formatCount(visible.length) : "…"} of ${describeListCount(state, sorted.length)}`;
  const end: Segment = filter.problem === null ? ["bold", shown] : ["warning", "not applied"];
  return paintRule([["accent", isTyping ? "/ " : "filter "], ...text], columns, paint, [...marks, end]);
}

/** The lines above the table: screen, server and identity, counts, and the rule that holds the filter. */
export function headerLines(state: State, paint: Paint): readonly string[] {
  const { columns: width, identity, isProduction, contextName } = state;
  const isNarrow = width < narrowBelow;
  const who = identity === null || isNarrow ? "" : `${safeText(identity.principal)} (${identity.role})  `;
  const right: readonly Segment[] = [
    ["dim", who],
    state.isWritable ? ["badge", " WRITE "] : ["bold", "READ-ONLY"],
    ["plain", " "],
  ];
  const left: readonly Segment[] = [
    ["bold", " Keywarden  "],
    ["accent", screenOf(state).title],
    ["dim", "  "],
    // What cannot be overlooked where the rest of the line is cut.
    ["production", isProduction ? "PRODUCTION  " : ""],
    [contextName === "" ? "plain" : "bold", contextName === "" ? state.server : `${contextName}  `],
    ["dim", contextName === "" ? "" : state.server],
  ];
  const end = totals(state);
  const counts = paintSpread(providers(state, width - widthOf(end) - 2), end, width, paint);
  return [
    paintSpread(left, right, width, paint),
    ...(layoutScreen(state).header >= 3 ? [counts] : []),
    filterRule(state, paint),
  ];
}
