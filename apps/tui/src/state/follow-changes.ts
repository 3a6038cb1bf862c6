import { makeKeyRow, PackedKey, type KeyRow } from "@keywarden/inventory";
import { screenOf } from "../screens/screens.ts";
import { askForSource, staleSources } from "./read-sources.ts";
import { addLate, startLoad, withFailure } from "./load-keys.ts";
import type { Event } from "./event.ts";
import type { SourceId } from "./source.ts";
import { showReplaced, withKeys } from "./rows/show-rows.ts";
import type { State } from "./state.ts";
import { only, type Step } from "./step.ts";

type Received<K extends Event["kind"]> = Extract<Event, { kind: K }>;

// Changes are taken together, so that fifty in a second are drawn once.
const leastPauseMs = 1000;
const usedEveryMs = 60_000;
const judgedAtOnce = 2000;

/** Goes on from where the feed stood before the inventory was read. */
export function receiveFeed(state: State, { after, mark }: Received<"feed-begun">): Step {
  return only({ ...state, feed: { ...state.feed, after, mark, isAsked: false, isAbsent: false } });
}

const sourcesByKind: Readonly<Record<string, readonly SourceId[]>> = {
  key: ["audit", "history"],
  rotation: ["rotations", "audit"],
  token: ["tokens", "audit"],
  alert: ["audit"],
  event: ["alerts", "audit"],
};

/** Takes what has changed at the server: the keys as they are now, and which other lists are old. */
export function receiveChanges(state: State, { page, atMs }: Received<"changes">): Step {
  const rows = page.keys.map((key) =>
    makeKeyRow(new PackedKey(key), state.judge, atMs, state.byId.get(key.id)),
  );
  const old = new Set(page.changes.flatMap(({ kind }) => sourcesByKind[kind] ?? []));
  const followed = withKeys({ ...state, load: state.load && addLate(state.load, rows) }, rows);
  const next = staleSources(showReplaced(followed), old);
  return only({
    ...next,
    failure: null,
    failures: 0,
    loadedAtMs: atMs,
    feed: {
      ...next.feed,
      after: page.nextAfter,
      mark: page.mark,
      isAsked: false,
      nextAtMs: page.hasMore ? atMs : atMs + leastPauseMs,
    },
  });
}

const otherStorage = {
  message: "The server has another storage than before, such as a restored backup.",
  advice: "What is shown is of the former one: everything is read again.",
};

/** Notes that the feed could not be read, or that this server has none. */
export function receiveFeedFailure(state: State, { failure }: Received<"feed-failed">): Step {
  const feed = { ...state.feed, isAsked: false };
  if (failure.isUnknown === true) return only({ ...state, feed: { ...feed, isAbsent: true } });
  // Another storage than the position is of, such as a restored backup: all that is on screen is of the former one.
  if (failure.isRefused === true && feed.after !== null) {
    // The server answers again, so that how long it did not is no reason to wait.
    const anew = { ...state, failures: 0, feed: { ...feed, after: null, mark: undefined } };
    return only(withFailure(anew, otherStorage));
  }
  // The load beside it meets the same failure and shows it.
  return only(state.load === null ? withFailure({ ...state, feed }, failure) : { ...state, feed });
}

/** Takes keys that were used since, which the feed does not tell. */
export function receiveUsed(state: State, { keys, atMs }: Received<"used">): Step {
  return only(
    withKeys(
      state,
      keys.map((key) => makeKeyRow(new PackedKey(key), state.judge, atMs, state.byId.get(key.id))),
    ),
  );
}

/** Asks for what is due: changes, use, old lists; all of it again where there is no feed. */
export function askWhatIsDue(state: State): Step {
  if (state.isPaused || state.load !== null) return only(state);
  const { feed, nowMs } = state;
  if (!state.hasLoaded || feed.isAbsent || feed.after === null)
    return nowMs >= state.nextLoadAtMs ? startLoad(state) : only(state);
  const effects: Step[1][number][] = [];
  let next = state;
  if (!feed.isAsked && nowMs >= feed.nextAtMs) {
    effects.push({ kind: "watch", after: feed.after, mark: feed.mark });
    next = { ...next, feed: { ...feed, isAsked: true } };
  }
  if (nowMs - state.usedAtMs >= usedEveryMs && state.failure === null) {
    effects.push({ kind: "read-used", sinceMs: state.usedAtMs });
    next = { ...next, usedAtMs: nowMs };
  }
  for (const source of ["rotations", "exposures", "alerts", ...screenOf(next).load] as const) {
    const [asked, more] = askForSource(next, source);
    next = asked;
    effects.push(...more);
  }
  return [next, effects];
}

/**
 * Judges keys anew as time passes: at once those whose grace period has ended, and of all others so many a second that
 * nobody waits for it.
 */
export function judgeAnew(state: State): State {
  const { nowMs, byId, judge } = state;
  if (byId.size === 0) return state;
  const changed: KeyRow[] = [];
  const look = (row: KeyRow) => {
    const now = row.judged(judge, nowMs);
    if (now.rotation.state !== row.rotation.state || now.usage.state !== row.usage.state) changed.push(now);
  };
  let nextEndMs = state.nextEndMs;
  if (nextEndMs <= nowMs) {
    nextEndMs = Infinity;
    for (const row of byId.values()) {
      if (row.rotation.state !== "in-grace") continue;
      if (row.rotation.graceUntilMs <= nowMs) look(row);
      else nextEndMs = Math.min(nextEndMs, row.rotation.graceUntilMs);
    }
  }
  const { round, judged } = nextRound(state);
  for (const row of round) look(row);
  if (changed.length === 0 && judged === state.judged && nextEndMs === state.nextEndMs) return state;
  return withKeys({ ...state, judged, nextEndMs }, changed);
}

const roundMs = 60_000;

/** The keys whose turn it is; a round of few keys begins once a minute. */
function nextRound(state: State): { readonly round: readonly KeyRow[]; readonly judged: number } {
  const { byId, nowMs } = state;
  const parts = Math.max(1, Math.ceil(byId.size / judgedAtOnce));
  const part = Math.floor(nowMs / (Math.max(parts * 1000, roundMs) / parts)) % parts;
  const judged = Math.floor(nowMs / (Math.max(parts * 1000, roundMs) / parts));
  if (judged === state.judged) return { round: [], judged };
  return { round: [...byId.values()].slice(part * judgedAtOnce, (part + 1) * judgedAtOnce), judged };
}
