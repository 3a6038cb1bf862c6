import type { ListState } from "../../list/list-state.ts";
import { settleViewport } from "../../list/settle-viewport.ts";
import { screenOf } from "../../screens/screens.ts";
import { layoutScreen } from "../layout.ts";
import type { State } from "../state.ts";

/** Changes parts of the list of the screen. */
export const withList = (state: State, list: Partial<ListState>): State => ({
  ...state,
  list: { ...state.list, ...list },
});

/** Fits the window to the screen again, with the cursor on the row where it was. */
export function settle(state: State): State {
  const { cursorId, visible, viewport: before } = state.list;
  const screen = screenOf(state);
  const isThere = before.cursor < visible.length && screen.idOf(visible[before.cursor]) === cursorId;
  const found =
    cursorId === null
      ? 0
      : isThere
        ? before.cursor
        : visible.findIndex((row) => screen.idOf(row) === cursorId);
  const cursor = found === -1 ? before.cursor : found;
  // The row keeps its line on screen when rows come or go above it.
  const top = before.top + cursor - before.cursor;
  const viewport = settleViewport({ cursor, top }, visible.length, layoutScreen(state).table);
  const isSame = viewport.cursor === before.cursor && viewport.top === before.top;
  return isSame ? state : withList(state, { viewport });
}
