import type { ListSort } from "../../list/list-state.ts";
import { makeMerger } from "../../list/make-merger.ts";
import { addRun, makeOrder, orderRows } from "../../list/order-rows.ts";
import type { Sorting } from "../../list/sorting.ts";
import { screenOf } from "../../screens/screens.ts";
import { scanList } from "./filter-rows.ts";
import { restartRuns } from "../load-keys.ts";
import { withList } from "./settle-list.ts";
import type { State } from "../state.ts";

// Putting so many into order takes some milliseconds.
const rowsAtOnce = 2000;

/** Puts the list into another order: a long one a part at a time, by `continueSort`; until then it stays as it is. */
export function withSort(state: State, sort: ListSort, most = rowsAtOnce): State {
  return continueSort({ ...state, sorting: begin(state, sort) }, most);
}

const begin = ({ list }: State, sort: ListSort): Sorting => ({
  sort,
  rows: list.sorted,
  at: 0,
  runs: [],
  merger: null,
});

/** Puts the next rows into order, or merges them, and shows all of them when none is left. */
export function continueSort(state: State, most = rowsAtOnce): State {
  if (state.sorting === null) return state;
  const { sorted } = state.list;
  const { sort } = state.sorting;
  // What has changed meanwhile is not in the runs.
  const sorting = state.sorting.rows === sorted ? state.sorting : begin(state, sort);
  const screen = screenOf(state);
  const order = makeOrder(screen, sort);
  if (sorting.merger === null) {
    const end = Math.min(sorted.length, sorting.at + most);
    const run = orderRows(sorted.slice(sorting.at, end), screen, sort);
    const runs = addRun(sorting.runs, run, order);
    const merger = end === sorted.length ? makeMerger(runs, order) : null;
    const next = { ...state, sorting: { ...sorting, at: end, runs, merger } };
    // A short list is merged at once.
    return merger !== null && sorted.length <= most ? continueSort(next, most) : next;
  }
  if (!sorting.merger.take(most)) return { ...state, sorting: { ...sorting } };
  const done = withList({ ...state, sorting: null }, { sort, sorted: sorting.merger.merged });
  return restartRuns(scanList(done, most));
}
