import { screenOf } from "../screens/screens.ts";
import type { Dialog } from "./dialog.ts";
import type { State } from "./state.ts";

/** Lines that each part of the screen gets. */
export interface Layout {
  readonly isTooSmall: boolean;
  readonly header: number;
  /** Rows of the table, without its column titles. */
  readonly table: number;
  /** The pane or dialog under the table, with its rule; 0 when there is none. */
  readonly pane: number;
  /** Lines above the table that the screen itself has. */
  readonly head: number;
}

export const leastColumns = 40;
export const leastRows = 8;

// From here on, the facts about a key stand in two columns.
export const wideFrom = 120;

const paneLines = (isOpen: boolean, columns: number): number => {
  if (!isOpen) return 0;
  return columns < wideFrom ? 19 : 10;
};
const paletteLines = 9;
const dialogLines = 8;
// A plan has more to say; what it says first is what has to be read.
const planLines = 16;

const isLong = ({ kind }: Dialog): boolean =>
  kind === "rotate" || kind.startsWith("restrict") || kind.endsWith("-all");

/** Divides the screen. A pane never takes the last three rows of the table unless the terminal is too low for both. */
export function layoutScreen(state: State): Layout {
  const { columns, rows } = state;
  const header = rows >= 16 ? 3 : 2;
  // Column titles, status line and footer.
  const room = rows - header - 3;
  const wanted =
    state.dialog === null
      ? state.mode === "palette"
        ? paletteLines
        : paneLines(state.isPaneOpen, columns)
      : isLong(state.dialog) || columns < wideFrom
        ? Math.max(dialogLines, Math.min(planLines, room - 3))
        : dialogLines;
  const isCrowded = wanted > 0 && room - wanted < 3;
  // With the table gone, its column titles make room too.
  const pane = isCrowded ? Math.min(wanted, room + 1) : wanted;
  // What is known of one key comes before what was done to it.
  const left = isCrowded ? Math.max(0, room - pane) : room - pane;
  const lines = screenOf(state).head?.(state).length ?? 0;
  const head = Math.max(0, Math.min(lines, left - Math.max(3, Math.floor(left / 4))));
  return {
    head,
    isTooSmall: columns < leastColumns || rows < leastRows,
    header,
    table: left - head,
    pane,
  };
}
