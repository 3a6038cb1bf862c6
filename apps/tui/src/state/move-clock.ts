import { describeClock } from "@keywarden/inventory";
import type { Event } from "./event.ts";
import { startLoad } from "./load-keys.ts";
import type { SourceReadings } from "./source.ts";
import type { State } from "./state.ts";
import { only, withNotice, type Step } from "./step.ts";

const judgedAnewFromMs = 60_000;

/**
 * Goes on in the server's time. What has happened and what is due in this program moves along, so that nothing waits for
 * hours or is old at once; keys that were judged by the other time are read anew.
 */
export function receiveClock(
  before: State,
  { atMs, byMs, machineAheadMs }: Extract<Event, { kind: "clock-moved" }>,
): Step {
  const moved = moveMoments({ ...before, nowMs: atMs }, byMs);
  const sentence = describeClock(machineAheadMs);
  const state = sentence === null ? moved : withNotice(moved, sentence);
  const isJudged = state.byId.size > 0 || (state.load !== null && state.load.received.size > 0);
  // What a few seconds change is judged anew as time passes.
  return isJudged && Math.abs(byMs) >= judgedAnewFromMs ? startLoad(state) : only(state);
}

function moveMoments(state: State, byMs: number): State {
  const { feed, notice, failure, dialog } = state;
  return {
    ...state,
    loadedAtMs: state.loadedAtMs + byMs,
    usedAtMs: state.usedAtMs + byMs,
    nextLoadAtMs: state.nextLoadAtMs + byMs,
    feed: { ...feed, nextAtMs: feed.nextAtMs + byMs },
    notice: notice && { ...notice, untilMs: notice.untilMs + byMs },
    failure: failure && { ...failure, atMs: failure.atMs + byMs },
    dialog: dialog && { ...dialog, openedAtMs: dialog.openedAtMs + byMs },
    calls: state.calls.map((call) => ({ ...call, atMs: call.atMs + byMs })),
    readings: moveReadings(state.readings, byMs),
  };
}

const moments = ["valueAtMs", "atMs", "askedAtMs", "staleAtMs"] as const;

function moveReadings(readings: SourceReadings, byMs: number): SourceReadings {
  return Object.fromEntries(
    Object.entries(readings).map(([source, reading]) => [
      source,
      {
        ...reading,
        ...Object.fromEntries(
          moments.map((moment) => [moment, reading[moment] === null ? null : reading[moment] + byMs]),
        ),
      },
    ]),
  );
}
