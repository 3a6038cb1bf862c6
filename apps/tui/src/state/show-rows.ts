import { matchesFilter } from "../filter/match-filter.ts";
import { parseFilter } from "../filter/parse-filter.ts";
import { assessRow, type KeyRow } from "../inventory/key-row.ts";
import { sortRows, type Sort } from "../inventory/sort-rows.ts";
import { settleViewport, type Viewport } from "../inventory/viewport.ts";
import type { TextField } from "../keys/text-field.ts";
import { textWidth } from "../text/fit-text.ts";
import { layoutScreen } from "./layout.ts";
import type { State, Totals } from "./state.ts";

function countRows(rows: readonly KeyRow[]): Totals {
  const byProvider = new Map<string, number>();
  const states = { overdue: 0, due: 0, "in-grace": 0, fresh: 0, revoked: 0, expired: 0 };
  for (const row of rows) {
    byProvider.set(row.provider, (byProvider.get(row.provider) ?? 0) + 1);
    states[row.rotation.state] += 1;
  }
  const { overdue, due } = states;
  return { keys: rows.length, byProvider, overdue, due, inGrace: states["in-grace"] };
}

/** Moves the window, and remembers the key under the cursor by its id. */
export function withViewport(state: State, wanted: Viewport): State {
  const viewport = settleViewport(wanted, state.visible.length, layoutScreen(state).table);
  return { ...state, viewport, cursorId: state.visible[viewport.cursor]?.id ?? null };
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
  const visible =
    filter.terms.length === 0 ? sorted : sorted.filter((row) => matchesFilter(filter, row, nowMs));
  return settle({ ...state, visible });
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
  const filter = parseFilter(filterField.value);
  return withVisible({ ...state, filterField, filter });
}

/** Assesses keys whose grace period has just ended; every other status is assessed with the next answer of the server. */
export function withEndedGrace(state: State): State {
  const { nowMs } = state;
  const hasEnded = ({ rotation }: KeyRow) => rotation.state === "in-grace" && rotation.graceUntilMs <= nowMs;
  if (state.totals.inGrace === 0 || !state.sorted.some(hasEnded)) return state;
  return withRows(
    state,
    state.sorted.map((row) => (hasEnded(row) ? assessRow(row, nowMs) : row)),
  );
}
