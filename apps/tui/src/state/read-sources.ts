import { isLive, makeRater, signsOfRotations, type NextSigns, signsOfExposures } from "@keywarden/inventory";
import { screenOf } from "../screens/screens.ts";
import type { Event } from "./event.ts";
import { rebuild, showKeys } from "./show-rows.ts";
import type { Reading, SourceId } from "./source.ts";
import type { State } from "./state.ts";
import { only, type Step } from "./step.ts";

type Received<K extends Event["kind"]> = Extract<Event, { kind: K }>;

const leastAgeMs = 2000;
/** What no feed tells of is read again after so long. */
const polledMs: Readonly<Partial<Record<SourceId, number>>> = {
  exposures: 30_000,
  usage: 60_000,
  contexts: 30_000,
  rotations: 60_000,
  alerts: 60_000,
};
const ofOneKey: readonly SourceId[] = ["history", "usage"];

const unread: Reading<never> = {
  value: null,
  atMs: null,
  problem: null,
  isAsked: false,
  isStale: true,
  subject: null,
};

/** Asks for a source where it is old; not again while an answer is on its way, nor at once after one. */
export function readSource(state: State, source: SourceId): Step {
  if (source === "exposures" && !state.hasApp) return only(state);
  const subject = ofOneKey.includes(source) ? state.subject : null;
  if (ofOneKey.includes(source) && subject === null) return only(state);
  const known: Reading<unknown> = state.readings[source] ?? unread;
  const isOther = known.subject !== subject;
  const ageMs = known.atMs === null || isOther ? Infinity : state.nowMs - known.atMs;
  const isOld = (known.isStale && ageMs >= leastAgeMs) || ageMs >= (polledMs[source] ?? Infinity);
  if ((known.isAsked && !isOther) || !(isOld || isOther)) return only(state);
  const asked = { ...known, isAsked: true, subject, ...(isOther && { value: null, atMs: null }) };
  return [withReading(state, source, asked), [{ kind: "read-source", source, subject }]];
}

function withReading(state: State, source: SourceId, reading: Reading<unknown>): State {
  return { ...state, readings: { ...state.readings, [source]: reading } };
}

/** Notes that something of these sources has changed. */
export function staleSources(state: State, sources: ReadonlySet<SourceId>): State {
  let next = state;
  for (const source of sources) {
    const known = next.readings[source];
    if (known !== undefined && !known.isStale) next = withReading(next, source, { ...known, isStale: true });
  }
  return next;
}

/** Takes what a source holds, and follows what it says of keys. */
export function receiveSource(state: State, event: Received<"source-read">): Step {
  const { source, subject, value, atMs } = event;
  if ((state.readings[source]?.subject ?? null) !== subject) return only(state);
  const reading = { value, atMs, problem: null, isAsked: false, isStale: false, subject };
  const next = withSigns(withReading(state, source, reading));
  return only(screenOf(next).load.includes(source) ? rebuild(next) : next);
}

/** Keeps what was known of a source that could not be read. */
export function receiveSourceFailure(state: State, event: Received<"source-failed">): Step {
  const { source, subject, failure, atMs } = event;
  const known: Reading<unknown> = state.readings[source] ?? unread;
  if (known.subject !== subject) return only(state);
  return only(
    withReading(state, source, { ...known, isAsked: false, isStale: false, problem: failure, atMs }),
  );
}

const weekMs = 7 * 86_400_000;

/** Reads from the sources what is the matter with keys; keys of which something else is known are shown anew. */
function withSigns(state: State): State {
  const { readings, nowMs, departedMs, byId } = state;
  const signs: NextSigns = {
    departedMs,
    alerts: (readings.alerts?.value ?? []).flatMap(({ keyId, lastAt, code, evidence }) => {
      const atMs = Date.parse(lastAt);
      const text = state.judge.show(`${code.replaceAll("-", " ")}: ${evidence}`);
      return keyId === null || atMs < nowMs - weekMs ? [] : [{ keyId, atMs, text }];
    }),
    exposures: signsOfExposures(readings.exposures?.value ?? []),
    rotations: signsOfRotations(readings.rotations?.value ?? []),
  };
  if (JSON.stringify(signsOf(signs)) === JSON.stringify(signsOf(state.signs))) return state;
  const touched = new Set([...keysOf(signs), ...keysOf(state.signs)]);
  const keys = [...touched].flatMap((id) => byId.get(id) ?? []).filter(isLive);
  const next = { ...state, signs, rate: makeRater(signs) };
  return screenOf(next).fromKey === undefined ? next : showKeys(next, state, keys);
}

const keysOf = (signs: NextSigns): readonly string[] => signsOf(signs).map(({ keyId }) => keyId);

function signsOf({ alerts = [], exposures = [], rotations = [] }: NextSigns) {
  return [...alerts, ...exposures, ...rotations];
}
