import { screenOf } from "../../screens/screens.ts";
import { formatCount } from "../../text/format-count.ts";
import { sourceStandings } from "../source-standing.ts";
import type { State } from "../state.ts";

/** Whether the server may have more rows than the list: keys that are still being read, or entries before the newest ones. */
export function isListPartial(state: State): boolean {
  const screen = screenOf(state);
  if (screen.fromKey !== undefined) return !state.hasLoaded && state.list.sorted.length > 0;
  return sourceStandings(state, screen.load).some(({ newest }) => newest !== null);
}

/** How many rows there are, as far as that is known: `30`, or `30 read` where the server may have more. */
export function describeListCount(state: State, count: number): string {
  return `${formatCount(count)}${isListPartial(state) ? " read" : ""}`;
}
