import { screenOf } from "../../screens/screens.ts";
import { sourceStandings } from "../source-standing.ts";
import type { State } from "../state.ts";

/** Whether the server may have more rows than the list: keys that are still being read, or entries before the newest ones. */
export function isListPartial(state: State): boolean {
  const screen = screenOf(state);
  if (screen.fromKey !== undefined) return !state.hasLoaded && state.list.sorted.length > 0;
  return sourceStandings(state, screen.load).some(({ newest }) => newest !== null);
}
