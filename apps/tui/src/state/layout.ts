import type { State } from "./state.ts";

/** Lines that each part of the screen gets. */
export interface Layout {
  readonly isTooSmall: boolean;
  readonly header: number;
  /** Rows of the table, without its column titles. */
  readonly table: number;
  /** The pane or dialog under the table, with its rule; 0 when there is none. */
  readonly pane: number;
}

export const leastColumns = 40;
export const leastRows = 8;

// From here on, the facts about a key stand in two columns.
export const wideFrom = 120;

const paneLines = (pane: State["pane"], columns: number): number => {
  if (pane === "none") return 0;
  return pane === "details" && columns < wideFrom ? 19 : 10;
};
const dialogLines = 8;
// A plan has more to say; what it says first is what has to be read.
const planLines = 16;

/** Divides the screen. A pane never takes the last three rows of the table unless the terminal is too low for both. */
export function layoutScreen(state: Pick<State, "columns" | "rows" | "pane" | "dialog">): Layout {
  const { columns, rows } = state;
  const header = rows >= 16 ? 3 : 2;
  // Column titles, status line and footer.
  const room = rows - header - 3;
  const wanted =
    state.dialog === null
      ? paneLines(state.pane, columns)
      : state.dialog.kind === "rotate" || columns < wideFrom
        ? Math.max(dialogLines, Math.min(planLines, room - 3))
        : dialogLines;
  const isCrowded = wanted > 0 && room - wanted < 3;
  // With the table gone, its column titles make room too.
  const pane = isCrowded ? Math.min(wanted, room + 1) : wanted;
  return {
    isTooSmall: columns < leastColumns || rows < leastRows,
    header,
    table: isCrowded ? Math.max(0, room - pane) : room - pane,
    pane,
  };
}
