import { fitText, type KeyRow } from "@keywarden/inventory";
import { columnGap, placeColumns, type PlacedColumn } from "../inventory/placed-columns.ts";
import { layoutScreen } from "../state/layout.ts";
import type { State } from "../state/state.ts";
import { paintLine } from "../text/paint-line.ts";
import type { Paint } from "../theme.ts";
import { emptyLines } from "./empty-lines.ts";

const gap = " ".repeat(columnGap);
// The mark that says which row is chosen, without colour too.
const markWidth = 2;

function titleLine(placed: readonly PlacedColumn[], { sort, columns }: State, paint: Paint): string {
  const arrow = sort.direction === "ascending" ? "▲" : "▼";
  const cells = placed.map((column): string => {
    const isSorted = column.id === sort.column;
    const title = isSorted ? `${column.title} ${arrow}` : column.title;
    return paint(isSorted ? "bold" : "dim", fitText(title, column.cells, column.align));
  });
  return columns < markWidth ? "" : "  " + cells.join(gap);
}

function rowLine(
  row: KeyRow,
  placed: readonly PlacedColumn[],
  isChosen: boolean,
  state: State,
  paint: Paint,
): string {
  if (isChosen) {
    const text = placed
      .map((column) => fitText(column.text(row, state.nowMs), column.cells, column.align))
      .join(gap);
    return paint("selected", fitText(`> ${text}`, state.columns));
  }
  const cells = placed.map((column) => {
    const text = fitText(column.text(row, state.nowMs), column.cells, column.align);
    // A key that is gone recedes as a whole.
    const isGone = row.rotation.state === "revoked" || row.rotation.state === "expired";
    return paint(isGone ? "dim" : column.tone(row), text);
  });
  return "  " + cells.join(gap);
}

/** Column titles and exactly as many rows as the screen has room for, however long the list is. */
export function tableLines(state: State, paint: Paint): readonly string[] {
  const height = layoutScreen(state).table;
  if (height <= 0) return [];
  const { viewport, visible, columns, longestName } = state;
  const placed = placeColumns(columns - markWidth, longestName);
  const shown = visible.slice(viewport.top, viewport.top + height);
  const rows =
    shown.length === 0
      ? emptyLines(state).map((line) => paintLine(line, columns, paint))
      : shown.map((row, index) =>
          rowLine(row, placed, viewport.top + index === viewport.cursor, state, paint),
        );
  const padded = Array.from({ length: height }, (_, index) => rows[index] ?? "");
  return [titleLine(placed, state, paint), ...padded];
}
