import { fitText } from "@keywarden/inventory";
import { columnGap, positionColumns, type PositionedColumn } from "../list/position-columns.ts";
import { screenOf } from "../screens/screens.ts";
import { layoutScreen } from "../state/layout.ts";
import type { State } from "../state/state.ts";
import { paintLine } from "../text/paint-line.ts";
import { wrapLine } from "../text/wrap-line.ts";
import type { Paint } from "../theme.ts";

const gap = " ".repeat(columnGap);
// The mark that says which row is chosen, without colour too.
const markWidth = 2;

function titleLine(positioned: readonly PositionedColumn[], { list, columns }: State, paint: Paint): string {
  const { sort } = list;
  const arrow = sort.direction === "ascending" ? "▲" : "▼";
  const cells = positioned.map((column): string => {
    const isSorted = column.id === sort.column;
    const title = isSorted ? `${column.title} ${arrow}` : column.title;
    return paint(isSorted ? "bold" : "dim", fitText(title, column.cells, column.align));
  });
  return columns < markWidth ? "" : "  " + cells.join(gap);
}

/* Rows are painted as one string each: one Ink element per cell makes a keystroke two to three times slower. */
function rowLine(
  row: unknown,
  positioned: readonly PositionedColumn[],
  isChosen: boolean,
  state: State,
  paint: Paint,
): string {
  const { list, nowMs, columns } = state;
  const screen = screenOf(state);
  const mark = list.marked.has(screen.idOf(row)) ? "*" : " ";
  const texts = positioned.map((column) => fitText(column.text(row, nowMs), column.cells, column.align));
  if (isChosen) return paint("selected", fitText(`>${mark}${texts.join(gap)}`, columns));
  // A key that is gone recedes as a whole.
  const state_ = screen.fromKey === undefined ? undefined : screen.keyOf(row, state)?.rotation.state;
  const isGone = state_ === "revoked" || state_ === "expired";
  const cells = positioned.map((column, index) =>
    paint(isGone ? "dim" : column.tone(row), texts[index] ?? ""),
  );
  return ` ${mark === "*" ? paint("accent", mark) : mark}${cells.join(gap)}`;
}

/** Column titles and exactly as many rows as the screen has room for, however long the list is. */
export function tableLines(state: State, paint: Paint): readonly string[] {
  const height = layoutScreen(state).table;
  if (height <= 0) return [];
  const { list, columns } = state;
  const { viewport, visible } = list;
  const screen = screenOf(state);
  const positioned = positionColumns(screen.columns, columns - markWidth, list.longest);
  const shown = visible.slice(viewport.top, viewport.top + height);
  const rows =
    shown.length === 0
      ? screen
          .empty(state)
          .flatMap((line) => wrapLine(line, columns))
          .map((line) => paintLine(line, columns, paint))
      : shown.map((row, index) =>
          rowLine(row, positioned, viewport.top + index === viewport.cursor, state, paint),
        );
  const padded = Array.from({ length: height }, (_, index) => rows[index] ?? "");
  return [titleLine(positioned, state, paint), ...padded];
}
