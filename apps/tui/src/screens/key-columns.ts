import { columns, rankOf, type ColumnId, type KeyRow } from "@keywarden/inventory";
import type { ScreenColumn } from "./screen.ts";

/** Makes a column of keys for the screen. `priority` says which columns give way first: those with a higher number. */
export function keyColumn(
  id: ColumnId,
  width: number,
  priority: number,
  widest?: number,
): ScreenColumn<KeyRow> {
  const column = columns[id];
  return {
    ...column,
    width,
    priority,
    ...(widest !== undefined && { widest }),
    rank: (row) => rankOf(id, row),
  };
}

/** Shows columns of keys for rows that hold a key. */
export function withinRow<Row extends { readonly row: KeyRow }>(
  column: ScreenColumn<KeyRow>,
): ScreenColumn<Row> {
  const { value, ...rest } = column;
  return {
    ...rest,
    ...(value !== undefined && { value: ({ row }: Row) => value(row) }),
    text: ({ row }, nowMs) => column.text(row, nowMs),
    tone: ({ row }) => column.tone(row),
    rank: ({ row }) => column.rank(row),
  };
}
