import { type KeyRow, makeKeyRow } from "@keywarden/inventory";
import type { Event } from "./event.ts";
import { withRows } from "./show-rows.ts";
import { leastRefreshMs, type State } from "./state.ts";
import { only, type Step } from "./step.ts";

const quietShare = 4;
const longestRetryMs = 60_000;

/** Starts to ask for the whole inventory; an answer to an older question is ignored from now on. */
export function startLoad(state: State): Step {
  const loadId = state.lastLoadId + 1;
  return [
    { ...state, lastLoadId: loadId, load: { id: loadId, startedAtMs: state.nowMs, received: [] } },
    [{ kind: "load", loadId }],
  ];
}

/** Takes one page. The first load shows keys while they arrive; a refresh shows nothing until it is complete. */
export function receivePage(state: State, page: Extract<Event, { kind: "page" }>): Step {
  const { load } = state;
  if (load === null || load.id !== page.loadId) return only(state);
  const rows = page.keys.map((key): KeyRow =>
    makeKeyRow(key, state.judge, page.atMs, state.byId.get(key.id)),
  );
  const received = [...load.received, ...rows];
  if (!page.isLast) {
    // Showing costs time with every row there is, so it happens each time their number has doubled.
    const isShown = !state.hasLoaded && received.length >= 2 * state.totals.keys;
    return only({ ...(isShown ? withRows(state, received) : state), load: { ...load, received } });
  }
  // An inventory that takes long to read is read less often, so that neither side is busy with nothing else.
  const refreshMs = Math.max(leastRefreshMs, quietShare * (state.nowMs - load.startedAtMs));
  const next: State = {
    ...withRows(state, received),
    load: null,
    hasLoaded: true,
    loadedAtMs: state.nowMs,
    failure: null,
    failures: 0,
    refreshMs,
    nextLoadAtMs: state.nowMs + refreshMs,
  };
  return [next, state.identity === null && state.failures > 0 ? [{ kind: "identify" }] : []];
}

/** Notes that the inventory could not be read, keeps what is on screen and plans the next attempt. */
export function receiveLoadFailure(state: State, event: Extract<Event, { kind: "load-failed" }>): Step {
  if (state.load?.id !== event.loadId) return only(state);
  const backOffMs = Math.min(leastRefreshMs * 2 ** Math.min(state.failures, 10), longestRetryMs);
  return only({
    ...state,
    load: null,
    failure: { ...event.failure, atMs: state.nowMs },
    failures: state.failures + 1,
    nextLoadAtMs: state.nowMs + Math.max(backOffMs, event.failure.retryAfterMs ?? 0),
  });
}
