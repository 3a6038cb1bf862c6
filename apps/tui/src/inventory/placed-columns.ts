import { columns, textWidth, type Column, type ColumnId, type KeyRow } from "@keywarden/inventory";

export interface ScreenColumn extends Column {
  /** Terminal cells; for the name column this is the least it can live with. */
  readonly width: number;
  /** Columns with a higher number give way first when the terminal is narrow. */
  readonly priority: number;
}

const onScreen = (id: ColumnId, width: number, priority: number): ScreenColumn => ({
  ...columns[id],
  width,
  priority,
});

/** The columns of the screen, in the order in which they are drawn. */
export const screenColumns: readonly ScreenColumn[] = [
  onScreen("name", 14, 0),
  onScreen("provider", 12, 3),
  onScreen("kind", 11, 7),
  onScreen("environment", 11, 2),
  onScreen("rotation", 20, 1),
  onScreen("usage", 10, 5),
  onScreen("age", 6, 6),
  onScreen("last-used", 11, 8),
  onScreen("key", 15, 4),
];

export interface PlacedColumn extends ScreenColumn {
  /** Cells that this terminal gives the column. */
  readonly cells: number;
}

/** Cells between two columns. */
export const columnGap = 2;
const widestName = 48;

/** Picks the columns that fit into `width` cells, most important first, and gives the spare room to the name. */
export function placeColumns(width: number, longestName: number): readonly PlacedColumn[] {
  const chosen = new Set<ColumnId>();
  let left = width + columnGap;
  for (const column of screenColumns.toSorted((a, b) => a.priority - b.priority)) {
    // A less important column never takes the place of a more important one that was too wide.
    if (column.width + columnGap > left && chosen.size > 0) break;
    chosen.add(column.id);
    left -= column.width + columnGap;
  }
  const wanted = Math.min(Math.max(longestName, 14), widestName) - 14;
  return screenColumns
    .filter((column) => chosen.has(column.id))
    .map((column) => ({
      ...column,
      cells:
        column.id === "name"
          ? Math.min(width, column.width + Math.min(Math.max(0, left), wanted))
          : column.width,
    }));
}

/** Width of the widest text of a column over some rows, its title included. */
export function naturalWidth(column: Column, rows: readonly KeyRow[], nowMs: number): number {
  return rows.reduce(
    (widest, row) => Math.max(widest, textWidth(column.text(row, nowMs))),
    column.title.length,
  );
}
