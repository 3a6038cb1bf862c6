import type { Action } from "../keys/keymap.ts";
import { withViewport } from "./show-rows.ts";
import type { State } from "./state.ts";

const distances: Readonly<Partial<Record<Action, (height: number, count: number) => number>>> = {
  "move-down": () => 1,
  "move-up": () => -1,
  // One row stays in sight, so that the reader keeps the place.
  "page-down": (height) => Math.max(1, height - 1),
  "page-up": (height) => -Math.max(1, height - 1),
  "half-page-down": (height) => Math.max(1, Math.floor(height / 2)),
  "half-page-up": (height) => -Math.max(1, Math.floor(height / 2)),
  "move-first": (_, count) => -count,
  "move-last": (_, count) => count,
};

/** Moves the cursor by the distance that an action means in a window of `height` rows; other actions move nothing. */
export function moveCursor(state: State, action: Action | undefined, height: number): State {
  const distance = action === undefined ? undefined : distances[action];
  if (distance === undefined) return state;
  const { cursor, top } = state.viewport;
  const step = distance(height, state.visible.length);
  // Whole pages scroll the window with the cursor, as a reader expects.
  const scrolled = Math.abs(step) > 1 ? top + step : top;
  return withViewport(state, { cursor: cursor + step, top: scrolled });
}
