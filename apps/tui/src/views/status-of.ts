import { formatAgo } from "@keywarden/inventory";
import type { State } from "../state/state.ts";
import type { Segment } from "../text/paint-line.ts";

const liveWithinMs = 5000;
const readWithinMs = 10_000;

/** Says how old what is on screen is; nothing where nothing is. */
function dataAge({ hasLoaded, loadedAtMs, nowMs }: State): string {
  return hasLoaded ? `not live: as of ${formatAgo(loadedAtMs, nowMs)}  ` : "";
}

/** Says in one line what is the matter, or how old what is on screen is. */
export function statusOf(state: State): readonly Segment[] {
  const { notice, failure, list, load, nowMs } = state;
  if (notice !== null) return [["warning", ` ${notice.text}`]];
  if (list.filter.problem !== null) return [["warning", ` ${list.filter.problem}`]];
  if (failure !== null) {
    const seconds = Math.max(0, Math.ceil((state.nextLoadAtMs - nowMs) / 1000));
    const retry = state.isPaused ? "paused" : load === null ? `next try in ${seconds} s` : "trying …";
    return [
      // The end of the line is what a narrow terminal cuts.
      ["danger", ` ! ${dataAge(state)}`],
      ["dim", `${retry}  `],
      ["plain", `${failure.message}  ${failure.advice}`],
    ];
  }
  if (state.isPaused)
    return [
      ["warning", " paused"],
      ["dim", `  as of ${formatAgo(state.loadedAtMs, nowMs)}; p goes on, R reads everything again`],
    ];
  if (!state.hasLoaded) return [["dim", " reading …"]];
  const reading: Segment = ["dim", load === null ? "" : "  reading everything again …"];
  // Only what is a few seconds old is live.
  if (!state.feed.isAbsent && nowMs - state.loadedAtMs <= liveWithinMs)
    return [["good", " live"], ["dim", "  within 2 s"], reading];
  if (state.feed.isAbsent && state.refreshMs <= readWithinMs)
    return [["good", " live"], ["dim", `  every ${Math.round(state.refreshMs / 1000)} s`], reading];
  return [["warning", ` as of ${formatAgo(state.loadedAtMs, nowMs)}`], reading];
}
