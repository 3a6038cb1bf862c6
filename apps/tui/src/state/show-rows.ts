import {
  assessRow,
  countRows,
  matchQuery,
  QueryError,
  readQuery,
  sortRows,
  textWidth,
  type KeyRow,
  type Sort,
} from "@keywarden/inventory";
import { settleViewport, type Viewport } from "../inventory/viewport.ts";
import type { TextField } from "../keys/text-field.ts";
import { layoutScreen } from "./layout.ts";
import type { State } from "./state.ts";

/** Moves the window, and remembers the key under the cursor by its id. */
export function withViewport(state: State, wanted: Viewport): State {
  const viewport = settleViewport(wanted, state.visible.length, layoutScreen(state).table);
  const chosen = state.visible[viewport.cursor];
  return { ...state, viewport, cursorId: chosen?.id ?? null, paneKey: chosen ?? null, paneTop: 0 };
}

/** Fits the window to the screen again, with the cursor on the key where it was. */
export function settle(state: State): State {
  const found = state.cursorId === null ? 0 : state.visible.findIndex((row) => row.id === state.cursorId);
  const cursor = found === -1 ? state.viewport.cursor : found;
  // The key keeps its line on screen when rows come or go above it.
  const top = state.viewport.top + cursor - state.viewport.cursor;
  const viewport = settleViewport({ cursor, top }, state.visible.length, layoutScreen(state).table);
  return { ...state, viewport };
}

function withVisible(state: State): State {
  const { filter, sorted, nowMs } = state;
  if (filter.conditions.length === 0) return settle({ ...state, visible: sorted });
  const matches = matchQuery(filter.conditions);
  return settle({ ...state, visible: sorted.filter((row) => matches(row, nowMs)) });
}

/** Shows these rows instead of the present ones. */
export function withRows(state: State, given: readonly KeyRow[]): State {
  // A key that is made while pages arrive can push another one onto two pages.
  const byId = new Map(given.map((row) => [row.id, row]));
  const rows = byId.size === given.length ? given : [...byId.values()];
  return withVisible({
    ...state,
    sorted: sortRows(rows, state.sort),
    byId,
    totals: countRows(rows),
    longestName: rows.reduce((longest, row) => Math.max(longest, textWidth(row.name)), 0),
  });
}

/** Puts one changed row in the place of its older self. */
export function withRow(state: State, row: KeyRow): State {
  return withRows(
    state,
    state.sorted.map((present) => (present.id === row.id ? row : present)),
  );
}

export function withSort(state: State, sort: Sort): State {
  return withVisible({ ...state, sort, sorted: sortRows(state.sorted, sort) });
}

export function withFilter(state: State, filterField: TextField): State {
  return withVisible({ ...state, filterField, filter: readFilter(state, filterField.value) });
}

/** Reads the filter; one with a mistake leaves the last one that could be read in force, and says what is wrong. */
function readFilter({ filter, judge }: State, text: string): State["filter"] {
  try {
    return { conditions: readQuery(text), problem: null };
  } catch (error) {
    if (error instanceof QueryError) return { ...filter, problem: judge.show(error.message) };
    throw error;
  }
}

/** Assesses keys whose grace period has just ended; every other status is assessed with the next answer of the server. */
export function withEndedGrace(state: State): State {
  const { nowMs } = state;
  const hasEnded = ({ rotation }: KeyRow) => rotation.state === "in-grace" && rotation.graceUntilMs <= nowMs;
  if (state.totals.inGrace === 0 || !state.sorted.some(hasEnded)) return state;
  return withRows(
    state,
    state.sorted.map((row) => (hasEnded(row) ? assessRow(row, state.judge, nowMs) : row)),
  );
}
