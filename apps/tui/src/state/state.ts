import type { Identity } from "@keywarden/management";
import type { Condition, Judge, KeyRow, Sort, Totals } from "@keywarden/inventory";
import type { Viewport } from "../inventory/viewport.ts";
import type { Mode } from "../keys/keymap.ts";
import { makeTextField, type TextField } from "../keys/text-field.ts";
import type { Dialog } from "./dialog.ts";
import type { Call, Failure, Unfinished } from "./event.ts";

/** What the operator asks to see. */
export interface Filter {
  readonly conditions: readonly Condition[];
  /** Why what was typed since cannot be read; the conditions are then of what stood there before. */
  readonly problem: string | null;
}

export interface Load {
  readonly id: number;
  readonly startedAtMs: number;
  /** Rows received so far; a refresh replaces the list only when it is complete. */
  readonly received: readonly KeyRow[];
}

export interface State {
  readonly server: string;
  readonly identity: Identity | null;
  readonly judge: Judge;
  readonly isWritable: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly nowMs: number;
  readonly mode: Mode;
  readonly pane: "none" | "details" | "log";
  /** Lines of the pane that are scrolled past. */
  readonly paneTop: number;
  /** The key that the pane is about, as it was last seen. */
  readonly paneKey: KeyRow | null;
  readonly dialog: Dialog | null;
  /** Rotations of this machine that are under way. */
  readonly unfinished: readonly Unfinished[];
  readonly helpTop: number;

  /** The whole inventory in sorted order. */
  readonly sorted: readonly KeyRow[];
  /** What passes the filter, in the same order. */
  readonly visible: readonly KeyRow[];
  readonly byId: ReadonlyMap<string, KeyRow>;
  readonly totals: Totals;
  readonly longestName: number;
  readonly sort: Sort;
  readonly filterField: TextField;
  readonly filter: Filter;
  /** The key under the cursor; absent until the operator moves, so that the first row stays chosen while pages arrive. */
  readonly cursorId: string | null;
  readonly viewport: Viewport;

  readonly load: Load | null;
  readonly lastLoadId: number;
  readonly hasLoaded: boolean;
  /** When the list on screen was complete. */
  readonly loadedAtMs: number;
  readonly isPaused: boolean;
  readonly nextLoadAtMs: number;
  /** Pause between two loads, in milliseconds. */
  readonly refreshMs: number;
  readonly failure: (Failure & { readonly atMs: number }) | null;
  readonly failures: number;
  readonly notice: { readonly text: string; readonly untilMs: number } | null;
  readonly calls: readonly Call[];
}

const emptyTotals: Totals = { keys: 0, byProvider: new Map(), overdue: 0, due: 0, inGrace: 0 };

export const leastRefreshMs = 5000;

/** Makes the state before anything has happened. */
export function makeState(options: {
  server: string;
  judge: Judge;
  isWritable: boolean;
  columns: number;
  rows: number;
  nowMs: number;
}): State {
  return {
    ...options,
    identity: null,
    mode: "normal",
    pane: "none",
    paneTop: 0,
    paneKey: null,
    dialog: null,
    unfinished: [],
    helpTop: 0,
    sorted: [],
    visible: [],
    byId: new Map(),
    totals: emptyTotals,
    longestName: 0,
    sort: { column: "rotation", direction: "ascending" },
    filterField: makeTextField(),
    filter: { conditions: [], problem: null },
    cursorId: null,
    viewport: { cursor: 0, top: 0 },
    load: null,
    lastLoadId: 0,
    hasLoaded: false,
    loadedAtMs: options.nowMs,
    isPaused: false,
    nextLoadAtMs: options.nowMs,
    refreshMs: leastRefreshMs,
    failure: null,
    failures: 0,
    notice: null,
    calls: [],
  };
}

/** The key that an action would act on. */
export function selectedRow(state: State): KeyRow | undefined {
  return state.visible[state.viewport.cursor];
}
