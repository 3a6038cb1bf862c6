import type { Condition } from "@keywarden/inventory";
import { makeTextField, type TextField } from "../input/text-field.ts";
import type { Viewport } from "./settle-viewport.ts";

/** What the operator asks to see. */
export interface Filter {
  readonly conditions: readonly Condition[];
  /** Why what was typed since cannot be read; the conditions are then of what stood there before. */
  readonly problem: string | null;
}

/** A column, and which end of it comes first. */
export interface ListSort {
  readonly column: string;
  readonly direction: "ascending" | "descending";
}

/** The list of one screen, whatever its rows are; the screen knows how to read them. */
export interface ListState {
  /** All rows in sorted order. */
  readonly sorted: readonly unknown[];
  /** What passes the filter, in the same order. */
  readonly visible: readonly unknown[];
  readonly sort: ListSort;
  readonly filterField: TextField;
  readonly filter: Filter;
  /** The row under the cursor; absent until the operator moves, so that the first row stays chosen while rows arrive. */
  readonly cursorId: string | null;
  readonly viewport: Viewport;
  /** Rows that the next change is about, by id; with none it is about the row under the cursor. */
  readonly marked: ReadonlySet<string>;
  /** Cells of the widest text of each column that can grow. */
  readonly longest: ReadonlyMap<string, number>;
}

/** Makes the list of a screen that nothing has been read for. */
export function makeList(sort: ListSort): ListState {
  return {
    sorted: [],
    visible: [],
    sort,
    filterField: makeTextField(),
    filter: { conditions: [], problem: null },
    cursorId: null,
    viewport: { cursor: 0, top: 0 },
    marked: new Set(),
    longest: new Map(),
  };
}
