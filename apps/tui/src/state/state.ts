import type { Identity } from "@keywarden/management";
import {
  makeDepartures,
  makeRater,
  type Departures,
  type Judge,
  type KeyRow,
  type NextSigns,
  type RatedItem,
  type Totals,
} from "@keywarden/inventory";
import { makeTextField, type TextField } from "../input/text-field.ts";
import type { CommandInfo } from "../commands/command-info.ts";
import { isProductionContext } from "../contexts/own-context.ts";
import { makeList, type ListState } from "../list/list-state.ts";
import { makeKeyIndex, type KeyIndex } from "../list/key-index.ts";
import type { Merger } from "../list/make-merger.ts";
import type { Scan } from "../list/scan.ts";
import type { Sorting } from "../list/sorting.ts";
import type { ScreenId } from "../screens/screen-id.ts";
import type { Dialog } from "./dialog.ts";
import type { LoggedCall, Unfinished } from "./event.ts";
import type { CallFailure } from "./failure.ts";
import type { SourceReadings } from "./source.ts";

export type InputMode = "normal" | "filter" | "palette" | "dialog";

/** Reading the whole inventory, which is done once and whenever the operator asks. */
export interface Load {
  readonly id: number;
  readonly startedAtMs: number;
  /** The keys that were received; pages are added to it in place, because copying 200 of them is quadratic. */
  readonly received: Map<string, KeyRow>;
  /** What is known of all of them. */
  readonly totals: Totals;
  /** The earliest end of a grace period among them, or an earlier time. */
  readonly nextEndMs: number;
  /** The rows of the screen that are in order already. */
  readonly runs: readonly (readonly unknown[])[];
  /** Merges the runs when all keys are there; null before. */
  readonly merger: Merger | null;
  /** Keys that a change told of meanwhile: the runs may have them as they were, or not at all. */
  readonly late: ReadonlyMap<string, KeyRow>;
  readonly total: number | null;
}

/** The feed of changes, by which the list stays as it is at the server. */
export interface Feed {
  /** The last change that is known; null before the feed has begun. */
  readonly after: number | null;
  /** Shows at the next question that the position is still of the same storage; older servers name none. */
  readonly mark?: string | undefined;
  readonly isAsked: boolean;
  readonly nextAtMs: number;
  /** Whether this server has no feed, so that everything is read again and again. */
  readonly isAbsent: boolean;
}

/** Where the operator is, or was: a screen with its list. */
export interface Visit {
  readonly screen: ScreenId;
  /** The key that the screen is about; null where it is about no single one. */
  readonly subject: string | null;
  readonly list: ListState;
  readonly isPaneOpen: boolean;
  /** The key that the pane is about, as it was when the pane was opened. */
  readonly paneKey: KeyRow | null;
}

export interface State extends Visit {
  readonly server: string;
  /** The operator's name for the server; empty where they gave none. */
  readonly contextName: string;
  /** Whether the contexts or the name of the server say that it is production. */
  readonly isProduction: boolean;
  readonly hasApp: boolean;
  /** Every command as people are told of it, with the operator's own keys. */
  readonly commands: readonly CommandInfo[];
  /** Filters that have a name. */
  readonly views: ReadonlyMap<string, string>;
  readonly identity: Identity | null;
  readonly judge: Judge;
  readonly isWritable: boolean;
  /** Whether what changes is told in lines, for a screen reader. */
  readonly isSpoken: boolean;
  /** How often the operator has asked to hear everything. */
  readonly readCount: number;
  readonly columns: number;
  readonly rows: number;
  readonly nowMs: number;
  readonly mode: InputMode;
  /** Where `[` leads, the latest last, and where `]` does. */
  readonly past: readonly Visit[];
  readonly future: readonly Visit[];
  /** Lines of the pane, or of the text above a table, that are scrolled past. */
  readonly paneTop: number;
  readonly dialog: Dialog | null;
  readonly palette: { readonly field: TextField; readonly chosen: number };
  /** Rotations of this machine that are under way. */
  readonly unfinished: readonly Unfinished[];

  /** The whole inventory. */
  readonly byId: KeyIndex;
  /** Living keys that take over from another, with the key that each takes over from. */
  readonly successors: ReadonlyMap<string, string>;
  /** Keys whose rows say that they are being replaced. */
  readonly replaced: ReadonlySet<string>;
  readonly totals: Totals;
  /** The earliest end of a grace period. */
  readonly nextEndMs: number;
  /** How many keys have been judged anew since the last round began. */
  readonly judged: number;
  readonly readings: SourceReadings;
  readonly departures: Departures;
  /** Those that the command line named, for whatever server. */
  readonly givenDepartures: Departures;
  /** What is known of keys beside the inventory. */
  readonly signs: NextSigns;
  readonly rate: (row: KeyRow, nowMs: number) => RatedItem | null;

  /** A filter that has not looked at every row yet; null where it has. */
  readonly scan: Scan | null;
  /** An order that not every row has been put in yet; null where the list is in its order. */
  readonly sorting: Sorting | null;
  readonly load: Load | null;
  readonly lastLoadId: number;
  readonly hasLoaded: boolean;
  /** When what is on screen was so at the server. */
  readonly loadedAtMs: number;
  readonly usedAtMs: number;
  readonly feed: Feed;
  readonly isPaused: boolean;
  readonly nextLoadAtMs: number;
  /** Pause between two readings of a server without a feed, in milliseconds. */
  readonly refreshMs: number;
  readonly failure: (CallFailure & { readonly atMs: number }) | null;
  readonly failures: number;
  readonly notice: { readonly text: string; readonly untilMs: number } | null;
  readonly calls: readonly LoggedCall[];
}

const emptyTotals: Totals = { keys: 0, byProvider: new Map(), overdue: 0, due: 0, inGrace: 0 };

export const leastRefreshMs = 5000;

export interface StateOptions {
  readonly server: string;
  readonly contextName?: string;
  readonly isProduction?: boolean;
  readonly judge: Judge;
  readonly isWritable: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly nowMs: number;
  readonly isSpoken?: boolean;
  readonly hasApp?: boolean;
  readonly commands?: readonly CommandInfo[];
  readonly views?: ReadonlyMap<string, string>;
  readonly departures?: Departures;
}

/** Makes the state before anything has happened, and before a screen is open. */
export function makeState(options: StateOptions): State {
  return {
    hasApp: false,
    commands: [],
    views: new Map(),
    departures: makeDepartures([]),
    contextName: "",
    isSpoken: false,
    readCount: 0,
    isProduction: isProductionContext(undefined, options.server),
    ...options,
    givenDepartures: options.departures ?? makeDepartures([]),
    identity: null,
    mode: "normal",
    screen: "next",
    subject: null,
    list: makeList({ column: "", direction: "ascending" }),
    past: [],
    future: [],
    isPaneOpen: false,
    paneTop: 0,
    paneKey: null,
    dialog: null,
    palette: { field: makeTextField(), chosen: 0 },
    unfinished: [],
    byId: makeKeyIndex(new Map()),
    successors: new Map(),
    replaced: new Set(),
    totals: emptyTotals,
    nextEndMs: Infinity,
    judged: 0,
    readings: {},
    signs: {},
    rate: makeRater({ departures: options.departures ?? makeDepartures([]) }),
    scan: null,
    sorting: null,
    load: null,
    lastLoadId: 0,
    hasLoaded: false,
    loadedAtMs: options.nowMs,
    usedAtMs: options.nowMs,
    feed: { after: null, isAsked: false, nextAtMs: options.nowMs, isAbsent: false },
    isPaused: false,
    nextLoadAtMs: options.nowMs,
    refreshMs: leastRefreshMs,
    failure: null,
    failures: 0,
    notice: null,
    calls: [],
  };
}
