import { makeKeyRow, type KeyRow } from "../inventory/key-row.ts";
import type { Event } from "./event.ts";
import { withRows } from "./show-rows.ts";
import type { State } from "./state.ts";
import { only, type Step } from "./step.ts";

export const refreshMs = 5000;
const longestRetryMs = 60_000;

/** Starts to ask for the whole inventory; an answer to an older question is ignored from now on. */
export function startLoad(state: State): Step {
  const loadId = state.lastLoadId + 1;
  return [{ ...state, lastLoadId: loadId, load: { id: loadId, received: [] } }, [{ kind: "load", loadId }]];
}

/** Takes one page. The first load shows every page at once; a refresh shows nothing until it is complete. */
export function receivePage(state: State, page: Extract<Event, { kind: "page" }>): Step {
  if (state.load?.id !== page.loadId) return only(state);
  const rows = page.keys.map((key): KeyRow => makeKeyRow(key, page.atMs, state.byId.get(key.id)));
  // Keys that were created while the pages arrived can push one key onto two pages.
  const known = new Set(state.load.received.map(({ id }) => id));
  const received = [...state.load.received, ...rows.filter(({ id }) => !known.has(id))];
  const isShown = page.isLast || !state.hasLoaded;
  const next = isShown ? withRows(state, received) : state;
  if (!page.isLast) return only({ ...next, load: { id: page.loadId, received } });
  return only({
    ...next,
    load: null,
    hasLoaded: true,
    failure: null,
    failures: 0,
    nextLoadAtMs: state.nowMs + refreshMs,
  });
}

/** Notes that the inventory could not be read, keeps what is on screen and plans the next attempt. */
export function receiveLoadFailure(state: State, event: Extract<Event, { kind: "load-failed" }>): Step {
  if (state.load?.id !== event.loadId) return only(state);
  const backOffMs = Math.min(refreshMs * 2 ** Math.min(state.failures, 10), longestRetryMs);
  return only({
    ...state,
    load: null,
    failure: { ...event.failure, atMs: state.nowMs },
    failures: state.failures + 1,
    nextLoadAtMs: state.nowMs + Math.max(backOffMs, event.failure.retryAfterMs ?? 0),
  });
}
