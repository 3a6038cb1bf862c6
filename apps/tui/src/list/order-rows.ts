import type { Screen } from "../screens/screen.ts";
import { makeMerger, type Compare } from "./make-merger.ts";
import type { ListSort } from "./list-state.ts";

// Comparing code units is five times faster than a collator on 100,000 rows.
function compare(a: number | string, b: number | string): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

function columnOf(screen: Screen, { column: id }: ListSort) {
  return screen.columns.find((candidate) => candidate.id === id) ?? screen.columns[0];
}

/** Makes the order of a screen's rows: by a column, equal ones by name, then by id, so that it never flickers. */
export function makeOrder(screen: Screen, sort: ListSort): Compare {
  const column = columnOf(screen, sort);
  const sign = sort.direction === "ascending" ? 1 : -1;
  return (a, b) =>
    sign * compare(column?.rank(a) ?? 0, column?.rank(b) ?? 0) ||
    compare(screen.nameOf(a), screen.nameOf(b)) ||
    compare(screen.idOf(a), screen.idOf(b));
}

/** Puts rows into order. Ranks are worked out once per row, not once per comparison. */
export function orderRows(rows: readonly unknown[], screen: Screen, sort: ListSort): readonly unknown[] {
  const column = columnOf(screen, sort);
  const sign = sort.direction === "ascending" ? 1 : -1;
  const ranked = rows.map((row) => ({ row, rank: column?.rank(row) ?? 0 }));
  ranked.sort(
    (a, b) =>
      sign * compare(a.rank, b.rank) ||
      compare(screen.nameOf(a.row), screen.nameOf(b.row)) ||
      compare(screen.idOf(a.row), screen.idOf(b.row)),
  );
  return ranked.map(({ row }) => row);
}

/** Merges two lists that are in order; what is equal comes from the first one first. */
function mergeRows(left: readonly unknown[], right: readonly unknown[], order: Compare): readonly unknown[] {
  if (left.length === 0) return right;
  if (right.length === 0) return left;
  const merged: unknown[] = [];
  let l = 0;
  let r = 0;
  while (l < left.length && r < right.length)
    merged.push(order(left[l], right[r]) <= 0 ? left[l++] : right[r++]);
  while (l < left.length) merged.push(left[l++]);
  while (r < right.length) merged.push(right[r++]);
  return merged;
}

/** The position where a row stands in a list that is in order, or would stand. */
function positionOf(rows: readonly unknown[], row: unknown, order: Compare): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (order(rows[middle], row) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Takes a few rows out of a long list that is in order and puts a few in, each at its position: the others are copied, not
 * compared. `gone` are the very rows as they stand in the list, or equal ones.
 */
export function replaceRows(
  rows: readonly unknown[],
  gone: readonly unknown[],
  fresh: readonly unknown[],
  order: Compare,
  idOf: (row: unknown) => string,
): readonly unknown[] {
  const positions = new Set<number>();
  for (const row of gone) {
    const position = positionOf(rows, row, order);
    if (position < rows.length && idOf(rows[position]) === idOf(row)) positions.add(position);
  }
  // A row that time alone has moved is not where it should be.
  if (positions.size !== gone.length) {
    const ids = new Set([...gone, ...fresh].map(idOf));
    const kept = rows.filter((row) => !ids.has(idOf(row)));
    return mergeRows(kept, fresh, order);
  }
  // One copy and no more: those of a list of 100,000 rows stay in memory until everything is collected.
  const merged = [...rows];
  let size = 0;
  let from = 0;
  const keepUntil = (end: number): void => {
    for (; from < end; from += 1) if (!positions.has(from)) merged[size++] = rows[from];
  };
  for (const row of fresh) {
    keepUntil(positionOf(rows, row, order));
    merged[size++] = row;
  }
  keepUntil(rows.length);
  merged.length = size;
  return merged;
}

// Longer runs are merged when all are there: merging the longest takes longer than a key may wait.
const longestRun = 2000;

/** Adds rows in order to runs that are in order, and merges small ones of like size. */
export function addRun(
  runs: readonly (readonly unknown[])[],
  run: readonly unknown[],
  order: Compare,
): readonly (readonly unknown[])[] {
  const last = runs.at(-1);
  return last === undefined || last.length > 2 * run.length || last.length >= longestRun
    ? [...runs, run]
    : addRun(runs.slice(0, -1), mergeRows(last, run, order), order);
}

/** Merges all runs. */
export function mergeRuns(runs: readonly (readonly unknown[])[], order: Compare): readonly unknown[] {
  const merger = makeMerger(runs, order);
  merger.take(Infinity);
  return merger.merged;
}
