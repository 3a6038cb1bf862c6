import type { State } from "../state/state.ts";
import { safeText, splitGraphemes } from "@keywarden/inventory";
import { paintRule, paintSpread, widthOf, type Segment } from "../text/paint-line.ts";
import type { Paint } from "../theme.ts";
import { layoutScreen } from "../state/layout.ts";
import type { TextField } from "../keys/text-field.ts";

// Below this width the server and the read-only marker are worth more than who one is.
const narrowBelow = 72;

const count = (value: number): string => value.toLocaleString("en-US");

/** Shows a text field with its caret; the caret is a bar, so that it is there without colour too. */
export function fieldSegments({ value, caret }: TextField): readonly Segment[] {
  const characters = splitGraphemes(value);
  return [
    ["plain", characters.slice(0, caret).join("")],
    ["accent", "▏"],
    ["plain", characters.slice(caret).join("")],
  ];
}

function totals({ totals: { overdue, due, inGrace }, hasLoaded, load }: State): readonly Segment[] {
  if (!hasLoaded && load === null) return [];
  return [
    [overdue > 0 ? "danger" : "dim", `${count(overdue)} overdue`],
    ["dim", "  ·  "],
    [due > 0 ? "warning" : "dim", `${count(due)} due`],
    ["dim", "  ·  "],
    [inGrace > 0 ? "accent" : "dim", `${count(inGrace)} in grace`],
    ["plain", " "],
  ];
}

/** The number of keys, and of each provider as many as there is room for; what is left out is counted. */
function providers(state: State, room: number): readonly Segment[] {
  const { keys, byProvider } = state.totals;
  const isArriving = !state.hasLoaded && state.load !== null;
  const start: readonly Segment[] = [
    ["bold", ` ${count(keys)} ${keys === 1 ? "key" : "keys"}`],
    ["dim", isArriving ? " so far" : ""],
  ];
  const parts = [...byProvider].sort(([a], [b]) => (a < b ? -1 : 1));
  const shown: Segment[] = [];
  let left = room - widthOf(start);
  for (const [index, [provider, number]] of parts.entries()) {
    const item: readonly Segment[] = [
      ["plain", `   ${provider}`],
      ["dim", ` ${count(number)}`],
    ];
    const others = parts.length - index - 1;
    const needed = widthOf(item) + (others === 0 ? 0 : ` +${others}`.length);
    if (needed > left) return [...start, ...shown, ["dim", ` +${parts.length - index}`]];
    shown.push(...item);
    left -= widthOf(item);
  }
  return [...start, ...shown];
}

function filterRule(state: State, width: number, paint: Paint): string {
  const { filterField, filter, visible, totals: all, mode } = state;
  const isTyping = mode === "filter";
  if (!isTyping && filterField.value === "") return paintRule([], width, paint);
  const text: readonly Segment[] = isTyping ? fieldSegments(filterField) : [["plain", filterField.value]];
  const shown = `${count(visible.length)} of ${count(all.keys)}`;
  const end: Segment = filter.problem === null ? ["bold", shown] : ["warning", "not applied"];
  return paintRule([["accent", isTyping ? "/ " : "filter "], ...text], width, paint, [end]);
}

/** The lines above the table: server and identity, counts, and the rule that holds the filter. */
export function headerLines(state: State, paint: Paint): readonly string[] {
  const { columns: width, identity } = state;
  const isNarrow = width < narrowBelow;
  const who = identity === null || isNarrow ? "" : `${safeText(identity.principal)} (${identity.role})  `;
  const right: readonly Segment[] = [
    ["dim", who],
    state.isWritable ? ["badge", " WRITE "] : ["bold", "READ-ONLY"],
    ["plain", " "],
  ];
  const title: readonly Segment[] = [
    ["bold", " Keywarden"],
    ["dim", "  "],
    ["accent", state.server],
  ];
  const first = paintSpread(title, right, width, paint);
  const rule = filterRule(state, width, paint);
  if (layoutScreen(state).header < 3) return [first, rule];
  const end = totals(state);
  return [first, paintSpread(providers(state, width - widthOf(end) - 2), end, width, paint), rule];
}
