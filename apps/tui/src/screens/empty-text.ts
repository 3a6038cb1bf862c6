import { describeUnknown } from "@keywarden/inventory";
import type { SourceId } from "../state/source.ts";
import { sourceStandings } from "../state/source-standing.ts";
import type { State } from "../state/state.ts";
import { formatCount } from "../text/format-count.ts";
import type { Segment } from "../text/paint-line.ts";

type Lines = readonly (readonly Segment[])[];

/** What the table says when it has no row to show because of a filter or a failure; null where neither is the reason. */
export function whyEmpty(state: State, rows: string, among?: string): Lines | null {
  const { list, failure, hasLoaded, scan, byId } = state;
  if (scan !== null) return [[], [["dim", "  Looking …"]]];
  if (list.sorted.length > 0 && !hasLoaded) {
    // Of keys that are being read, a part is listed, and the filter saw no other.
    const read =
      among === undefined ? `among the first ${formatCount(byId.size)} keys` : "that was read so far";
    return [[], [["bold", `  No ${rows} ${read} passes the filter.`]]];
  }
  if (list.sorted.length > 0)
    return [
      [],
      [["bold", `  No ${rows}${among ?? ""} passes the filter.`]],
      ...whyNone(state),
      [["dim", "  Press esc to drop it, or / to change it."]],
    ];
  if (failure !== null && !hasLoaded)
    return [
      [],
      [["danger", "  The inventory could not be read."]],
      [["plain", `  ${failure.message}`]],
      [["dim", `  ${failure.advice}`]],
    ];
  return hasLoaded ? null : [[], [["dim", "  Reading the inventory …"]]];
}

function whyNone({ list, judge, byId }: State): Lines {
  const unknown = describeUnknown(list.filter.conditions, judge, byId.values());
  return unknown === null ? [] : [[["warning", `  ${judge.show(unknown)}`]]];
}

/** The same for what is read beside the inventory. */
export function whySourceEmpty(state: State, source: SourceId, rows: string, none: Lines): Lines {
  const [standing] = sourceStandings(state, [source]);
  const newest = standing?.newest ?? null;
  if (state.list.sorted.length > 0)
    return whyEmpty(state, rows, newest === null ? "" : ` among the newest ${formatCount(newest)}`) ?? [];
  const reading = state.readings[source];
  if (reading?.problem !== undefined && reading.problem !== null)
    return [
      [],
      [["warning", "  It could not be read."]],
      [["plain", `  ${reading.problem.message}`]],
      [["dim", `  ${reading.problem.advice}`]],
    ];
  return reading === undefined || reading.value === null ? [[], [["dim", "  Reading …"]]] : none;
}
