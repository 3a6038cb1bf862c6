import { matchQuery, matchWords, QueryError, readQuery, type Condition } from "@keywarden/inventory";
import type { TextField } from "../../input/text-field.ts";
import type { Filter } from "../../list/list-state.ts";
import type { RowTest } from "../../list/scan.ts";
import { screenOf } from "../../screens/screens.ts";
import { layoutScreen } from "../layout.ts";
import { settle, withList } from "./settle-list.ts";
import type { State } from "../state.ts";

// Looking at so many takes some milliseconds.
const rowsAtOnce = 4000;

/** Makes the test of the screen's rows by conditions. */
export function makeTest(state: State, conditions: readonly Condition[]): RowTest {
  const screen = screenOf(state);
  const { nowMs } = state;
  if (screen.fromKey !== undefined) {
    const matches = matchQuery(conditions);
    return (row) => {
      const key = screen.keyOf(row, state);
      return key !== undefined && matches(key, nowMs);
    };
  }
  const holds = matchWords(conditions);
  return (row) => holds(screen.wordsOf(row));
}

/** Chooses what passes the filter out of all rows. */
export function withVisible(state: State): State {
  const { filter, sorted } = state.list;
  const { conditions } = filter;
  const visible = conditions.length === 0 ? sorted : sorted.filter(makeTest(state, conditions));
  return settle(withList({ ...state, scan: null }, { visible }));
}

/** Filters the list, however long it is. */
export function withFilter(state: State, filterField: TextField): State {
  return finishScan(typeFilter(state, filterField));
}

/** Filters the list while somebody types: of a long one as much as can be done at once, and the rest by `continueScan`. */
export function typeFilter(state: State, filterField: TextField, most = rowsAtOnce): State {
  const filter = readFilter(state, filterField.value);
  const { filter: before, sorted, visible } = state.list;
  const next = withList(state, { filterField, filter });
  if (filter.conditions.length === 0) return withVisible(next);
  const isNarrow = isNarrower(before.conditions, filter.conditions);
  if (isNarrow && JSON.stringify(before.conditions) === JSON.stringify(filter.conditions)) return next;
  // While words grow, fewer rows can pass than did before.
  const rows = isNarrow ? (state.scan?.rows ?? visible) : sorted;
  const scan = { rows, test: makeTest(state, filter.conditions), at: 0, found: [] };
  return continueScan({ ...next, scan }, most);
}

/** Chooses what passes the filter out of all rows, as `typeFilter` does. */
export function scanList(state: State, most = rowsAtOnce): State {
  const { filter, sorted } = state.list;
  if (filter.conditions.length === 0) return withVisible(state);
  const scan = { rows: sorted, test: makeTest(state, filter.conditions), at: 0, found: [] };
  return continueScan({ ...state, scan }, most);
}

/** Looks at the next part. What passes is shown as far as the screen has room, and all of it at the end. */
export function continueScan(state: State, most = rowsAtOnce): State {
  const { scan, list } = state;
  if (scan === null) return state;
  const { rows, test, found } = scan;
  const at = Math.min(rows.length, scan.at + most);
  for (let index = scan.at; index < at; index += 1) if (test(rows[index])) found.push(rows[index]);
  if (at === rows.length) {
    // Rows that all pass are the rows that were there before.
    const visible = found.length === rows.length ? rows : found;
    return settle(withList({ ...state, scan: null }, { visible }));
  }
  const next = { ...state, scan: { ...scan, at } };
  const isFirst = scan.at === 0;
  const isFull = !isFirst && list.visible.length >= layoutScreen(state).table;
  return isFull || (!isFirst && found.length === list.visible.length)
    ? next
    : settle(withList(next, { visible: [...found] }));
}

/** Looks at all that is left. */
export function finishScan(state: State): State {
  return continueScan(state, Infinity);
}

function isNarrower(before: readonly Condition[], after: readonly Condition[]): boolean {
  // What depends on the time can hold now where it did not when the rows before were chosen.
  if (before.length === 0 || after.length < before.length || before.some(({ type }) => type === "span"))
    return false;
  return before.every((was, index) => {
    const is = after[index];
    if (is?.type === "word" && was.type === "word" && !is.isNegated && !was.isNegated)
      return is.text.startsWith(was.text);
    return JSON.stringify(is) === JSON.stringify(was);
  });
}

/** Reads the filter; one with a mistake leaves the last one that could be read in force, and says what is wrong. */
function readFilter(state: State, text: string): Filter {
  const { filter } = state.list;
  try {
    const conditions = readQuery(text);
    const screen = screenOf(state);
    const field = conditions.find(({ type }) => type === "field" || type === "span");
    if (field !== undefined && "field" in field && screen.fromKey === undefined)
      return {
        ...filter,
        problem: `${field.field} is of keys: ${screen.title} is filtered by words, !words and ~letters`,
      };
    return { conditions, problem: null };
  } catch (error) {
    if (error instanceof QueryError) return { ...filter, problem: state.judge.show(error.message) };
    throw error;
  }
}
