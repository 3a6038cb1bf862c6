import type { ListSort } from "./list-state.ts";
import type { Merger } from "./make-merger.ts";

/** Putting a long list into another order, a part at a time, so that nobody waits for it. */
export interface Sorting {
  readonly sort: ListSort;
  /** The list that is put into order. */
  readonly rows: readonly unknown[];
  /** How many of its rows are in `runs`. */
  readonly at: number;
  readonly runs: readonly (readonly unknown[])[];
  /** Merges the runs; null before all rows are in them. */
  readonly merger: Merger | null;
}
