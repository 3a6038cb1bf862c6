import { makeKeyRow, type KeyRow } from "@keywarden/inventory";
import { addRun, makeOrder, mergeRuns } from "../list/order-rows.ts";
import { screenOf } from "../screens/screens.ts";
import type { Event } from "./event.ts";
import { rebuild, sortKeys, withInventory } from "./show-rows.ts";
import { leastRefreshMs, type State } from "./state.ts";
import { only, type Step } from "./step.ts";

const quietShare = 4;
const longestRetryMs = 60_000;

/** Starts to ask for the whole inventory; an answer to an older question is ignored from now on. */
export function startLoad(state: State): Step {
  const id = state.lastLoadId + 1;
  const load = { id, startedAtMs: state.nowMs, received: new Map(), runs: [], total: null };
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
    makeKeyRow(key, state.judge, page.atMs, state.byId.get(key.id) ?? load.received.get(key.id)),
  );
  // A key that is made while pages arrive can push another one onto two pages.
  const isNew = rows.filter(({ id }) => !load.received.has(id));
  for (const row of rows) load.received.set(row.id, row);
  const order = makeOrder(screenOf(state), state.list.sort);
  const isByKey = screenOf(state).fromKey !== undefined;
  const runs = isByKey ? addRun(load.runs, sortKeys(state, isNew), order) : [];
  const next: State = { ...state, load: { ...load, runs, total: page.total ?? load.total } };
  if (page.isLast) return only(finish(next));
  // Showing costs time with every row there is, so it happens each time their number has doubled.
  const isShown = !state.hasLoaded && load.received.size >= 2 * state.totals.keys;
  // The load goes on adding to its own.
  return only(isShown ? show(next, new Map(load.received)) : next);
}

function show(state: State, received: ReadonlyMap<string, KeyRow>): State {
  const { load } = state;
  if (load === null) return state;
  const order = makeOrder(screenOf(state), state.list.sort);
  const shown = withInventory(state, received, mergeRuns(load.runs, order));
  return screenOf(state).fromKey === undefined ? rebuild(shown) : shown;
}

/** Drops what was put in order for another screen or another sort. */
export function restartRuns(state: State): State {
  const { load } = state;
  if (load === null) return state;
  const runs = screenOf(state).fromKey === undefined ? [] : [sortKeys(state, load.received.values())];
  return { ...state, load: { ...load, runs } };
}

function finish(state: State): State {
  const startedAtMs = state.load?.startedAtMs ?? state.nowMs;
  // An inventory that takes long to read is read less often, so that neither side is busy with nothing else.
  const refreshMs = Math.max(leastRefreshMs, quietShare * (state.nowMs - startedAtMs));
  return {
    ...show(state, state.load?.received ?? new Map<string, KeyRow>()),
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
