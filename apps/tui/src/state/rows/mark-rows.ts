import { isLiveRow } from "@keywarden/inventory";
import { screenOf } from "../../screens/screens.ts";
import { formatCount } from "../../text/format-count.ts";
import type { State } from "../state.ts";
import { withNotice } from "../step.ts";
import { isListPartial } from "./is-list-partial.ts";
import { withList } from "./settle-list.ts";

/** Marks a row for the next change, or takes its mark away. */
export function toggleMark(state: State, id: string): State {
  const marked = new Set(state.list.marked);
  if (!marked.delete(id)) marked.add(id);
  return withList(state, { marked });
}

export function dropMarks(state: State): State {
  return state.list.marked.size === 0 ? state : withList(state, { marked: new Set() });
}

/** The ids of rows whose key still works: with one that has ended nothing can be done. */
function liveIds(state: State, rows: readonly unknown[]): readonly string[] {
  const screen = screenOf(state);
  return rows.flatMap((row) => {
    const key = screen.keyOf(row, state);
    return key !== undefined && isLiveRow(key) ? [screen.idOf(row)] : [];
  });
}

const keysOf = (count: number): string => `${formatCount(count)} ${count === 1 ? "key" : "keys"}`;

/** Marks these rows beside those that are marked already, and says how many there are and what was left out. */
function mark(state: State, rows: readonly unknown[], where: string): State {
  const ids = liveIds(state, rows);
  const marked = new Set([...state.list.marked, ...ids]);
  const before = state.list.marked.size;
  const others = marked.size - ids.length;
  const ended = rows.length - ids.length;
  const said = [
    `${marked.size === before ? "already marked" : "marked"}: ${keysOf(ids.length)} ${where}`,
    ...(ended === 0 ? [] : [`${formatCount(ended)} ended left out`]),
    ...(others === 0 ? [] : [`${formatCount(others)} others stay marked`]),
    ...(isListPartial(state) ? ["the inventory is not read to its end: what comes later is not marked"] : []),
  ];
  return withNotice(withList(state, { marked }), said.join("; "));
}

/** Marks every row that is listed; where all are marked, takes their marks away. */
export function toggleAllMarks(state: State): State {
  const { visible, marked, filterField } = state.list;
  const ids = liveIds(state, visible);
  if (ids.length === 0) return withNotice(state, "no key that works is listed here");
  if (ids.every((id) => marked.has(id))) {
    const left = new Set(marked);
    for (const id of ids) left.delete(id);
    const rest = left.size === 0 ? "" : `; ${formatCount(left.size)} others stay marked`;
    return withNotice(withList(state, { marked: left }), `no longer marked: ${keysOf(ids.length)}${rest}`);
  }
  return mark(state, visible, filterField.value.trim() === "" ? "listed here" : "that pass the filter");
}

/** Marks every row from the nearest marked one to the one under the cursor. */
export function markRange(state: State): State {
  const { visible, marked, viewport } = state.list;
  const screen = screenOf(state);
  const isMarked = (row: unknown): boolean => marked.has(screen.idOf(row));
  const above = visible.slice(0, viewport.cursor).findLastIndex(isMarked);
  const below = visible.findIndex((row, index) => index > viewport.cursor && isMarked(row));
  const distance = (at: number): number => (at === -1 ? Infinity : Math.abs(at - viewport.cursor));
  const from = distance(above) <= distance(below) ? above : below;
  if (from === -1) return withNotice(state, "mark one end of the range first");
  const rows = visible.slice(Math.min(from, viewport.cursor), Math.max(from, viewport.cursor) + 1);
  return mark(state, rows, "in this range");
}
