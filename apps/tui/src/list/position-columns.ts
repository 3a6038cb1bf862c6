import { textWidth } from "@keywarden/inventory";
import type { ScreenColumn } from "../screens/screen.ts";

export interface PositionedColumn extends ScreenColumn {
  /** Cells that this terminal gives the column. */
  readonly cells: number;
}

/** Cells between two columns. */
export const columnGap = 2;

/**
 * Picks the columns that fit into `width` cells, most important first, and gives the spare room to those that can use it.
 *
 * @param longest cells of the widest text of a column that can grow; one that is not named grows to its widest
 */
export function positionColumns(
  columns: readonly ScreenColumn[],
  width: number,
  longest: ReadonlyMap<string, number>,
): readonly PositionedColumn[] {
  const byPriority = columns.toSorted((a, b) => a.priority - b.priority);
  const chosen: ScreenColumn[] = [];
  let left = width + columnGap;
  for (const column of byPriority) {
    // A less important column never takes the place of a more important one that was too wide.
    if (column.width + columnGap > left && chosen.length > 0) break;
    chosen.push(column);
    left -= column.width + columnGap;
  }
  const cells = new Map<string, number>();
  for (const { id, width: least, widest = least } of chosen) {
    const wanted = Math.max(least, Math.min(widest, longest.get(id) ?? widest));
    const more = Math.max(0, Math.min(left, wanted - least));
    cells.set(id, Math.min(width, least + more));
    left -= more;
  }
  // What a wide terminal has left over goes to texts that are cut although they have had as much as they usually need.
  for (const { id } of chosen) {
    const given = cells.get(id) ?? 0;
    const more = Math.max(0, Math.min(left, (longest.get(id) ?? 0) - given));
    cells.set(id, given + more);
    left -= more;
  }
  return columns.flatMap((column) => {
    const given = cells.get(column.id);
    return given === undefined ? [] : [{ ...column, cells: given }];
  });
}

// What a column needs is known well enough from its first rows.
const sample = 500;

/** Measures the columns that can grow over the first rows. */
export function measureColumns(
  columns: readonly ScreenColumn[],
  rows: readonly unknown[],
  nowMs: number,
): ReadonlyMap<string, number> {
  const seen = rows.slice(0, sample);
  return new Map(
    columns
      .filter(({ widest }) => widest !== undefined)
      .map((column) => [
        column.id,
        seen.reduce<number>(
          (longest, row) => Math.max(longest, textWidth(column.text(row, nowMs))),
          column.title.length + 2,
        ),
      ]),
  );
}
