import { countRows, predecessorOf, replacedKeys, type KeyRow } from "@keywarden/inventory";
import { makeKeyIndex } from "../../list/key-index.ts";
import { makeOrder, orderRows, replaceRows } from "../../list/order-rows.ts";
import { measureColumns } from "../../list/position-columns.ts";
import { settleViewport, type Viewport } from "../../list/settle-viewport.ts";
import type { Screen } from "../../screens/screen.ts";
import { screenOf } from "../../screens/screens.ts";
import { finishScan, makeTest, withVisible } from "./filter-rows.ts";
import { layoutScreen } from "../layout.ts";
import { settle, withList } from "./settle-list.ts";
import type { State } from "../state.ts";

/** The row under the cursor. */
export function selectedRow({ list }: State): unknown {
  return list.visible[list.viewport.cursor];
}

/** The key that an action would act on. */
export function selectedKey(state: State): KeyRow | undefined {
  const row = selectedRow(state);
  return row === undefined ? undefined : screenOf(state).keyOf(row, state);
}

/** Moves the window, and remembers the row under the cursor by its id. */
export function withViewport(state: State, wanted: Viewport): State {
  const { visible } = state.list;
  const viewport = settleViewport(wanted, visible.length, layoutScreen(state).table);
  const chosen = visible[viewport.cursor];
  const cursorId = chosen === undefined ? null : screenOf(state).idOf(chosen);
  const moved = withList(state, { viewport, cursorId });
  return { ...moved, paneKey: selectedKey(moved) ?? null, paneTop: 0 };
}

function withSorted(state: State, sorted: readonly unknown[]): State {
  const longest = measureColumns(screenOf(state).columns, sorted, state.nowMs);
  return withVisible(withList(state, { sorted, longest }));
}

function rowsOf(state: State, screen: Screen, keys: Iterable<KeyRow>): unknown[] {
  if (screen.fromKey === undefined) return [...(screen.rows?.(state) ?? [])];
  const rows: unknown[] = [];
  for (const key of keys) {
    const row = screen.fromKey(key, state);
    if (row !== null) rows.push(row);
  }
  return rows;
}

/** Puts the rows of keys into the order of the screen. */
export function sortKeys(state: State, keys: Iterable<KeyRow>): readonly unknown[] {
  const screen = screenOf(state);
  return orderRows(rowsOf(state, screen, keys), screen, state.list.sort);
}

/** Builds the list of the screen anew from what is known. */
export function rebuild(state: State): State {
  return withSorted(state, sortKeys(state, state.byId.values()));
}

/** Shows this inventory instead of the present one; `sorted` are its rows in order. */
export function withInventory(
  state: State,
  { byId, ...known }: Pick<State, "totals" | "nextEndMs"> & { readonly byId: ReadonlyMap<string, KeyRow> },
  sorted: readonly unknown[],
): State {
  const successors = followSuccessors(new Map(), byId.values());
  return withSorted({ ...state, ...known, successors, byId: makeKeyIndex(byId) }, sorted);
}

/** The earliest end of a grace period. */
export function firstEndOf(rows: readonly KeyRow[]): number {
  return rows.reduce(
    (least, { rotation }) => (rotation.state === "in-grace" ? Math.min(least, rotation.graceUntilMs) : least),
    Infinity,
  );
}

/** Puts changed keys in the place of their older selves; the rest of a long list stays as it is. */
export function withKeys(state: State, changed: readonly KeyRow[]): State {
  if (changed.length === 0) return state;
  const gone = changed.flatMap(({ id }) => state.byId.get(id) ?? []);
  const byId = state.byId.with(changed);
  const totals = addTotals(state.totals, countRows(gone), countRows(changed));
  const nextEndMs = Math.min(state.nextEndMs, firstEndOf(changed));
  const successors = followSuccessors(state.successors, changed);
  return replaceKeys(
    { ...state, byId, successors, totals, nextEndMs },
    rowsOf(state, screenOf(state), gone),
    changed,
  );
}

/** Keeps who takes over from whom; the same map where nothing has changed. */
function followSuccessors(known: State["successors"], changed: Iterable<KeyRow>): State["successors"] {
  let next: Map<string, string> | null = null;
  for (const { id, told } of changed) {
    const predecessor = predecessorOf(told);
    if ((next ?? known).get(id) === (predecessor ?? undefined)) continue;
    next ??= new Map(known);
    if (predecessor === null) next.delete(id);
    else next.set(id, predecessor);
  }
  return next ?? known;
}

/** Marks the keys that are being replaced, as far as the keys and the rotations at the server tell. */
export function showReplaced(state: State): State {
  const { byId, judge, nowMs, readings, successors } = state;
  const replaced = replacedKeys(successors.values(), readings.rotations?.value ?? []);
  const changed = [...new Set([...replaced, ...state.replaced])].flatMap((id) => {
    const row = byId.get(id);
    const isReplaced = replaced.has(id);
    return row === undefined || row.isBeingReplaced === isReplaced
      ? []
      : [row.judged(judge, nowMs, isReplaced)];
  });
  // A set that says the same is no change, which would be drawn.
  const isSame = replaced.size === state.replaced.size && [...replaced].every((id) => state.replaced.has(id));
  return withKeys(isSame ? state : { ...state, replaced }, changed);
}

/** Counts anew where some rows have gone and some have come. */
export function addTotals(
  all: State["totals"],
  gone: State["totals"],
  come: State["totals"],
): State["totals"] {
  const byProvider = new Map(all.byProvider);
  for (const [provider, count] of gone.byProvider)
    byProvider.set(provider, (byProvider.get(provider) ?? 0) - count);
  for (const [provider, count] of come.byProvider)
    byProvider.set(provider, (byProvider.get(provider) ?? 0) + count);
  return {
    byProvider,
    keys: all.keys - gone.keys + come.keys,
    overdue: all.overdue - gone.overdue + come.overdue,
    due: all.due - gone.due + come.due,
    inGrace: all.inGrace - gone.inGrace + come.inGrace,
  };
}

/**
 * Shows some keys as they are now; the inventory has them already.
 *
 * @param before the state in which the list was right
 */
export function showKeys(state: State, before: State, changed: readonly KeyRow[]): State {
  return replaceKeys(state, rowsOf(before, screenOf(before), changed), changed);
}

/** `gone` are the rows of the changed keys as the list has them. */
function replaceKeys(before: State, gone: readonly unknown[], changed: readonly KeyRow[]): State {
  const state = finishScan(before);
  const screen = screenOf(state);
  if (screen.fromKey === undefined) return rebuild(state);
  const order = makeOrder(screen, state.list.sort);
  const fresh = rowsOf(state, screen, changed).sort(order);
  const idOf = (row: unknown): string => screen.idOf(row);
  const { sorted, visible, filter } = state.list;
  const longest = new Map(state.list.longest);
  for (const [id, cells] of measureColumns(screen.columns, fresh, state.nowMs))
    longest.set(id, Math.max(cells, longest.get(id) ?? 0));
  const merged = replaceRows(sorted, gone, fresh, order, idOf);
  if (filter.conditions.length === 0)
    return settle(withList(state, { sorted: merged, visible: merged, longest }));
  const holds = makeTest(state, filter.conditions);
  const seen = replaceRows(visible, gone, fresh.filter(holds), order, idOf);
  // A key that no longer passes is gone from what is seen, although a row of it is fresh.
  const ids = new Set(fresh.filter((row) => !holds(row)).map(idOf));
  const passing = ids.size === 0 ? seen : seen.filter((row) => !ids.has(idOf(row)));
  return settle(withList(state, { sorted: merged, visible: passing, longest }));
}
