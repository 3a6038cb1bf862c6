import { layoutScreen } from "../state/layout.ts";
import { withViewport } from "../state/rows/show-rows.ts";
import type { State } from "../state/state.ts";
import { only, type Step } from "../state/step.ts";
import { defineCommands } from "./command.ts";

/** Moves the cursor by a distance in a window of `height` rows over `count` rows. */
function by(distance: (height: number, count: number) => number): (state: State) => Step {
  return (state) => {
    const { viewport, visible } = state.list;
    const step = distance(layoutScreen(state).table, visible.length);
    // Whole pages scroll the window with the cursor, as a reader expects.
    const top = Math.abs(step) > 1 ? viewport.top + step : viewport.top;
    return only(withViewport(state, { cursor: viewport.cursor + step, top }));
  };
}

// One row stays in sight, so that the reader does not get lost.
const page = (height: number): number => Math.max(1, height - 1);
const halfPage = (height: number): number => Math.max(1, Math.floor(height / 2));

export const moveDown = by(() => 1);
export const moveUp = by(() => -1);

/** Moving in a list. */
export const moveCommands = defineCommands("Move", [
  { id: "down", short: "down", title: "next row", run: moveDown },
  { id: "up", short: "up", title: "previous row", run: moveUp },
  { id: "half-page-down", short: "down", title: "half a page down", run: by(halfPage) },
  {
    id: "half-page-up",
    short: "up",
    title: "half a page up",
    run: by((height) => -halfPage(height)),
  },
  { id: "page-down", short: "page", title: "a page down", run: by(page) },
  {
    id: "page-up",
    short: "page",
    title: "a page up",
    run: by((height) => -page(height)),
  },
  { id: "first", short: "first", title: "first row", run: by((_, count) => -count) },
  { id: "last", short: "last", title: "last row", run: by((_, count) => count) },
]);
