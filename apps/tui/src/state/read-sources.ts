import {
  isLiveRow,
  makeRater,
  signsOfRotations,
  type NextSigns,
  signsOfExposures,
} from "@keywarden/inventory";
import { screenOf } from "../screens/screens.ts";
import type { Event } from "./event.ts";
import { rebuild, showKeys, showReplaced } from "./rows/show-rows.ts";
import { readAgainAfterMs, type SourceReading, type SourceId } from "./source.ts";
import { alertsForMs } from "./source-standing.ts";
import type { State } from "./state.ts";
import { only, type Step } from "./step.ts";

type Received<K extends Event["kind"]> = Extract<Event, { kind: K }>;

const leastAgeMs = 2000;
const retryMs = 15_000;
const ofOneKey: readonly SourceId[] = ["history", "usage"];

const unread: SourceReading<never> = {
  value: null,
  isPart: false,
  valueAtMs: null,
  atMs: null,
  problem: null,
  askedAtMs: null,
  staleAtMs: 0,
  subject: null,
};

/** Asks for a source where it is old; not again while an answer is on its way, nor at once after one. */
export function askForSource(state: State, source: SourceId): Step {
  if (source === "exposures" && !state.hasApp) return only(state);
  const subject = ofOneKey.includes(source) ? state.subject : null;
  if (ofOneKey.includes(source) && subject === null) return only(state);
  const known: SourceReading<unknown> = state.readings[source] ?? unread;
  const isOther = known.subject !== subject;
  const ageMs = known.atMs === null || isOther ? Infinity : state.nowMs - known.atMs;
  const isOld =
    (known.staleAtMs !== null && ageMs >= (known.problem === null ? leastAgeMs : retryMs)) ||
    ageMs >= (readAgainAfterMs[source] ?? Infinity);
  if ((known.askedAtMs !== null && !isOther) || !(isOld || isOther)) return only(state);
  const asked = { ...(isOther ? unread : known), askedAtMs: state.nowMs, subject };
  return [withReading(state, source, asked), [{ kind: "read-source", source, subject }]];
}

function withReading(state: State, source: SourceId, reading: SourceReading<unknown>): State {
  return { ...state, readings: { ...state.readings, [source]: reading } };
}

/** Notes that something of these sources has changed; an answer that is on its way may not know it yet. */
export function staleSources(state: State, sources: Iterable<SourceId>): State {
  let next = state;
  for (const source of sources) {
    const known = next.readings[source];
    if (known !== undefined && (known.staleAtMs ?? -Infinity) <= (known.askedAtMs ?? -Infinity))
      next = withReading(next, source, { ...known, staleAtMs: state.nowMs });
  }
  return next;
}

/** Asks for everything anew when it is due next, as another token may read what the last one might not. */
export function forgetProblems(state: State): State {
  const again = { problem: null, askedAtMs: null, staleAtMs: state.nowMs };
  const readings = Object.entries(state.readings).map(([source, known]) => [source, { ...known, ...again }]);
  return { ...state, readings: Object.fromEntries(readings) as State["readings"] };
}

/** Takes what a source holds, and follows what it says of keys. */
export function receiveSource(state: State, event: Received<"source-read">): Step {
  const { source, subject, value, isPart = false, atMs } = event;
  const known: SourceReading<unknown> = state.readings[source] ?? unread;
  if (known.subject !== subject) return only(state);
  const isOvertaken = (known.staleAtMs ?? -Infinity) >= (known.askedAtMs ?? -Infinity);
  const staleAtMs = known.askedAtMs !== null && isOvertaken ? known.staleAtMs : null;
  const reading = {
    value,
    isPart,
    valueAtMs: atMs,
    atMs,
    problem: null,
    askedAtMs: null,
    staleAtMs,
    subject,
  };
  const read = withSigns(withReading(state, source, reading));
  const next = source === "rotations" && read.hasLoaded ? showReplaced(read) : read;
  return only(screenOf(next).load.includes(source) ? rebuild(next) : next);
}

/** Keeps what was known of a source that could not be read. */
export function receiveSourceFailure(state: State, event: Received<"source-failed">): Step {
  const { source, subject, failure, atMs } = event;
  const known: SourceReading<unknown> = state.readings[source] ?? unread;
  if (known.subject !== subject) return only(state);
  return only(
    withReading(state, source, {
      ...known,
      askedAtMs: null,
      staleAtMs: known.staleAtMs ?? atMs,
      problem: failure,
      atMs,
    }),
  );
}

/** Reads from the sources what is the matter with keys; keys of which something else is known are shown anew. */
function withSigns(state: State): State {
  const { readings, nowMs, departures, byId } = state;
  const signs: NextSigns = {
    departures,
    alerts: (readings.alerts?.value ?? []).flatMap(({ keyId, lastAt, code, evidence }) => {
      const atMs = Date.parse(lastAt);
      const text = state.judge.show(`${code.replaceAll("-", " ")}: ${evidence}`);
      return keyId === null || atMs < nowMs - alertsForMs ? [] : [{ keyId, atMs, text }];
    }),
    exposures: signsOfExposures(readings.exposures?.value ?? []),
    rotations: signsOfRotations(readings.rotations?.value ?? []),
  };
  if (JSON.stringify(signsOf(signs)) === JSON.stringify(signsOf(state.signs))) return state;
  const touched = new Set([...keysOf(signs), ...keysOf(state.signs)]);
  const keys = [...touched].flatMap((id) => byId.get(id) ?? []).filter(isLiveRow);
  const next = { ...state, signs, rate: makeRater(signs) };
  return screenOf(next).fromKey === undefined ? next : showKeys(next, state, keys);
}

const keysOf = (signs: NextSigns): readonly string[] => signsOf(signs).map(({ keyId }) => keyId);

function signsOf({ alerts = [], exposures = [], rotations = [] }: NextSigns) {
  return [...alerts, ...exposures, ...rotations];
}
