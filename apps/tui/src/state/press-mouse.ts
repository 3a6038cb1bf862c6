import type { MousePress } from "../input/mouse-press.ts";
import { layoutScreen } from "./layout.ts";
import { withViewport } from "./rows/show-rows.ts";
import type { State } from "./state.ts";
import { only, type Step } from "./step.ts";

const wheelRows = 3;

/** Scrolls by the wheel and chooses by a click. A mouse never changes or confirms anything. */
export function pressMouse(state: State, { kind, row }: MousePress): Step {
  if (state.mode !== "normal") return only(state);
  const { viewport, visible } = state.list;
  if (kind !== "click") {
    const step = kind === "wheel-down" ? wheelRows : -wheelRows;
    return only(withViewport(state, { cursor: viewport.cursor + step, top: viewport.top + step }));
  }
  const { header, head, table } = layoutScreen(state);
  const line = row - 1 - header - head - 1;
  const cursor = viewport.top + line;
  const isRow = line >= 0 && line < table && cursor < visible.length;
  return only(isRow ? withViewport(state, { cursor, top: viewport.top }) : state);
}
