import { formatAge, formatDataAge } from "@keywarden/inventory";
import { readAgainAfterMs } from "../state/source.ts";
import { sourceStandings, type SourceStanding } from "../state/source-standing.ts";
import { screenOf } from "../screens/screens.ts";
import type { State } from "../state/state.ts";
import { formatCount } from "../text/format-count.ts";
import { widthOf, type Segment } from "../text/paint-line.ts";

const liveWithinMs = 5000;
const readWithinMs = 10_000;

/** Says how old what is on screen is; nothing where nothing is. */
function dataAge({ hasLoaded, loadedAtMs, nowMs }: State): string {
  return hasLoaded ? `not live: as of ${formatDataAge(loadedAtMs, nowMs)}  ` : "";
}

/** Says in one line what is the matter, or how old what is on screen is. */
export function statusLineOf(state: State): readonly Segment[] {
  const { notice, failure, list, load, nowMs } = state;
  // What was done or not done is no reason to take what is shown for live.
  if (notice !== null && failure !== null)
    return [
      ["danger", ` ! ${dataAge(state)}`],
      ["warning", notice.text],
    ];
  if (notice !== null) return [["warning", ` ${notice.text}`]];
  if (list.filter.problem !== null) return [["warning", ` ${list.filter.problem}`]];
  if (failure !== null) {
    const seconds = Math.max(0, Math.ceil((state.nextLoadAtMs - nowMs) / 1000));
    const retry = state.isPaused ? "paused" : load === null ? `next try in ${seconds} s` : "trying …";
    const age: Segment = ["danger", ` ! ${dataAge(state)}`];
    const whole: readonly Segment[] = [
      age,
      ["dim", `${retry}  `],
      ["plain", `${failure.message}  ${failure.advice}`],
    ];
    // A narrow terminal cuts the end of the line, so what to do comes first there.
    return widthOf(whole) <= state.columns
      ? whole
      : [age, ["plain", `${failure.advice}  ${failure.message}  `], ["dim", retry]];
  }
  if (state.isPaused)
    return [
      ["warning", " paused"],
      // Whoever stopped it wants it to stand still.
      ["dim", `  as of ${formatAge(nowMs - state.loadedAtMs)} ago; p goes on, R reads everything again`],
    ];
  if (!state.hasLoaded) return [["dim", " reading …"]];
  const reading: Segment = ["dim", load === null ? "" : "  reading everything again …"];
  const beside = besideKeys(sourceStandings(state, screenOf(state).load), nowMs);
  // Only what is a few seconds old is live.
  if (!state.feed.isAbsent && nowMs - state.loadedAtMs <= liveWithinMs)
    return [["good", " live"], ["dim", "  within 2 s"], ...beside, reading];
  if (state.feed.isAbsent && state.refreshMs <= readWithinMs)
    return [
      ["good", " live"],
      ["dim", `  every ${Math.round(state.refreshMs / 1000)} s`],
      ...beside,
      reading,
    ];
  return [["warning", ` as of ${formatDataAge(state.loadedAtMs, nowMs)}`], ...beside, reading];
}

/** Says of what is read beside the keys how old it is: that the keys are live says nothing of it. */
function besideKeys(standings: readonly SourceStanding[], nowMs: number): readonly Segment[] {
  return standings.flatMap(({ source, is, valueAtMs, newest, problem }): readonly Segment[] => {
    const part: readonly Segment[] =
      newest === null ? [] : [["warning", `  only the newest ${formatCount(newest)} of ${source}`]];
    const age = valueAtMs === null ? "" : ` as of ${formatDataAge(valueAtMs, nowMs)}`;
    if (is === "failed")
      return [...part, ["warning", `  ${source}${age === "" ? " could not be read" : age}: ${problem}`]];
    if (is === "old") return [...part, ["warning", `  ${source}${age}`]];
    if (is === "unread") return [["dim", `  reading ${source} …`]];
    // The feed of changes tells of the others.
    const everyMs = fedSources.has(source) ? undefined : readAgainAfterMs[source];
    return everyMs === undefined ? part : [...part, ["dim", `  ${source} within ${everyMs / 1000} s`]];
  });
}

const fedSources: ReadonlySet<SourceStanding["source"]> = new Set(["rotations", "alerts"]);
