import { countRows, makeKeyRow, PackedKey, type KeyRow } from "@keywarden/inventory";
import { makeMerger } from "../list/make-merger.ts";
import { addRun, makeOrder, mergeRuns } from "../list/order-rows.ts";
import { screenOf } from "../screens/screens.ts";
import type { Event } from "./event.ts";
import {
  addTotals,
  firstEndOf,
  rebuild,
  showKeys,
  showReplaced,
  sortKeys,
  withInventory,
} from "./rows/show-rows.ts";
import { leastRefreshMs, type Load, type State } from "./state.ts";
import { only, type Step } from "./step.ts";

const quietShare = 4;
const longestRetryMs = 60_000;

/** Starts to ask for the whole inventory; an answer to an older question is ignored from now on. */
export function startLoad(state: State): Step {
  const id = state.lastLoadId + 1;
  const load: Load = {
    id,
    startedAtMs: state.nowMs,
    received: new Map(),
    totals: countRows([]),
    nextEndMs: Infinity,
    runs: [],
    merger: null,
    late: new Map(),
    total: null,
  };
  const begins = state.feed.after === null && !state.feed.isAbsent && !state.feed.isAsked;
  const feed = begins ? { ...state.feed, isAsked: true } : state.feed;
  return [
    { ...state, lastLoadId: id, load, feed },
    // What changes while pages arrive is in the feed after the visit that is asked for first.
    [...(begins ? [{ kind: "begin-feed" as const }] : []), { kind: "load", loadId: id }],
  ];
}

/** Takes one page. The first load shows keys while they arrive; a later one shows nothing until it is complete. */
export function receivePage(state: State, page: Extract<Event, { kind: "page" }>): Step {
  const { load } = state;
  if (load === null || load.id !== page.loadId) return only(state);
  const rows = page.keys.map((key) =>
    makeKeyRow(
      new PackedKey(key),
      state.judge,
      page.atMs,
      state.byId.get(key.id) ?? load.received.get(key.id),
    ),
  );
  // A key that is made while pages arrive can push another one onto two pages.
  const isNew = rows.filter(({ id }) => !load.received.has(id));
  const received = addReceived(load, rows);
  const order = makeOrder(screenOf(state), state.list.sort);
  const isByKey = screenOf(state).fromKey !== undefined;
  const runs = isByKey ? addRun(load.runs, sortKeys(state, isNew), order) : [];
  const next: State = { ...state, load: { ...received, runs, total: page.total ?? load.total } };
  if (page.isLast) return only(continueLoad(beginMerge(next)));
  const { size } = load.received;
  // Showing costs time with every row there is, so it happens each time their number has doubled, and of very many at the end.
  if (!state.hasLoaded && size >= 2 * state.byId.size && size <= mostShown)
    return only(show(next, new Map(load.received), mergeRuns(runs, order)));
  const isCounted = !state.hasLoaded && size >= state.totals.keys + countedEach;
  return only(isCounted ? { ...next, totals: received.totals } : next);
}

const mostShown = 16_000;
const countedEach = 5000;
const mergedAtOnce = 4000;

const beginMerge = (state: State): State => {
  const { load } = state;
  const order = makeOrder(screenOf(state), state.list.sort);
  return load === null ? state : { ...state, load: { ...load, merger: makeMerger(load.runs, order) } };
};

/** Merges the next rows of an inventory that is there as a whole, and shows it when none is left. */
export function continueLoad(state: State): State {
  const { load } = state;
  if (load === null || load.merger === null) return state;
  return load.merger.take(mergedAtOnce)
    ? finish(state, load, load.merger.merged)
    : { ...state, load: { ...load } };
}

/** Takes keys that a change told of while pages arrive. */
export function addLate(load: Load, rows: readonly KeyRow[]): Load {
  const late = new Map([...load.late, ...rows.map((row) => [row.id, row] as const)]);
  return { ...addReceived(load, rows), late };
}

/** Adds rows to those that were received, or puts them in the place of their older selves; what is known of all is kept. */
function addReceived(load: Load, rows: readonly KeyRow[]): Load {
  const { received } = load;
  const gone = rows.flatMap(({ id }) => received.get(id) ?? []);
  for (const row of rows) received.set(row.id, row);
  const totals = addTotals(load.totals, countRows(gone), countRows(rows));
  return { ...load, totals, nextEndMs: Math.min(load.nextEndMs, firstEndOf(rows)) };
}

function show(state: State, byId: ReadonlyMap<string, KeyRow>, sorted: readonly unknown[]): State {
  const { load } = state;
  if (load === null) return state;
  const { totals, nextEndMs, late } = load;
  const shown = withInventory(state, { byId, totals, nextEndMs }, sorted);
  if (screenOf(state).fromKey === undefined) return rebuild(shown);
  return late.size === 0 ? shown : showKeys(shown, shown, [...late.values()]);
}

/** Drops what was put in order for another screen or another sort. */
export function restartRuns(state: State): State {
  const { load } = state;
  if (load === null) return state;
  const runs = screenOf(state).fromKey === undefined ? [] : [sortKeys(state, load.received.values())];
  const next = { ...state, load: { ...load, runs } };
  return load.merger === null ? next : beginMerge(next);
}

function finish(state: State, { startedAtMs, received }: Load, sorted: readonly unknown[]): State {
  // An inventory that takes long to read is read less often, so that neither side is busy with nothing else.
  const refreshMs = Math.max(leastRefreshMs, quietShare * (state.nowMs - startedAtMs));
  return {
    ...showReplaced(show(state, received, sorted)),
    load: null,
    hasLoaded: true,
    loadedAtMs: state.nowMs,
    usedAtMs: startedAtMs,
    failure: null,
    failures: 0,
    refreshMs,
    nextLoadAtMs: state.nowMs + refreshMs,
    feed: { ...state.feed, nextAtMs: state.nowMs },
  };
}

/** Notes that the inventory could not be read, keeps what is on screen and plans the next attempt. */
export function receiveLoadFailure(state: State, event: Extract<Event, { kind: "load-failed" }>): Step {
  if (state.load?.id !== event.loadId) return only(state);
  return only({ ...withFailure(state, event.failure), load: null });
}

/** Says what failed until something succeeds, and waits longer each time. */
export function withFailure(
  state: State,
  failure: Extract<Event, { kind: "load-failed" }>["failure"],
): State {
  const backOffMs = Math.min(leastRefreshMs * 2 ** Math.min(state.failures, 10), longestRetryMs);
  const nextAtMs = state.nowMs + Math.max(backOffMs, failure.retryAfterMs ?? 0);
  return {
    ...state,
    failure: { ...failure, atMs: state.nowMs },
    failures: state.failures + 1,
    nextLoadAtMs: nextAtMs,
    feed: { ...state.feed, nextAtMs },
  };
}
