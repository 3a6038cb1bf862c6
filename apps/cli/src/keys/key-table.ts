import {
  columns,
  fitText,
  padText,
  textWidth,
  type Column,
  type ColumnId,
  type KeyRow,
} from "@keywarden/inventory";

interface TableColumn extends Column {
  /** What goes first where the terminal is too narrow for all: the highest number. */
  readonly dispensable: number;
}

const inTable = (id: ColumnId, dispensable: number): TableColumn => ({ ...columns[id], dispensable });

const tableColumns: readonly TableColumn[] = [
  inTable("id", 0),
  inTable("provider", 3),
  inTable("key", 2),
  inTable("environment", 5),
  inTable("rotation", 1),
  inTable("usage", 6),
  inTable("last-used", 4),
  inTable("owner", 7),
  inTable("tags", 8),
  inTable("name", 0),
];

const gap = "  ";
const leastNameWidth = 16;

/**
 * Makes a table that can be written page by page: the first page settles its columns. On a terminal they are those
 * that fit, and long names are cut; elsewhere nothing is, so that lines can be searched.
 */
export function makeKeyTable(
  nowMs: number,
  terminalWidth: number | undefined,
): (page: readonly KeyRow[]) => string {
  let shown: readonly { readonly column: TableColumn; readonly width: number }[] | undefined;
  return (page) => {
    const isFirst = shown === undefined;
    shown ??= chooseColumns(page, nowMs, terminalWidth);
    const settled = shown;
    const line = (cells: readonly string[]) =>
      cells
        .map((cell, index) => layOut(cell, settled[index]?.width ?? 0))
        .join(gap)
        .trimEnd();
    const layOut = (cell: string, width: number) =>
      terminalWidth === undefined ? padText(cell, width) : fitText(cell, width);
    const rows = page.map((row) => line(settled.map(({ column }) => column.text(row, nowMs))));
    const heading = isFirst ? [line(settled.map(({ column }) => column.title))] : [];
    return [...heading, ...rows].map((text) => `${text}\n`).join("");
  };
}

function chooseColumns(page: readonly KeyRow[], nowMs: number, terminalWidth: number | undefined) {
  const all = tableColumns
    .map((column) => {
      const cells = page.map((row) => textWidth(column.text(row, nowMs)));
      return {
        column,
        isUsed: cells.some((width) => width > 0),
        width: Math.max(column.title.length, ...cells),
      };
    })
    .filter(({ isUsed }) => isUsed);
  if (terminalWidth === undefined) return all;
  const name = all.find(({ column }) => column.id === "name");
  const roomBeside = (chosen: typeof all) =>
    terminalWidth -
    chosen.reduce((sum, { column, width }) => sum + (column.id === "name" ? 0 : width + gap.length), 0);
  const chosen = [...all];
  const wanted = Math.min(leastNameWidth, name?.width ?? 0);
  while (roomBeside(chosen) < wanted) {
    const last = chosen.toSorted((a, b) => b.column.dispensable - a.column.dispensable)[0];
    if (last === undefined || last.column.dispensable === 0) break;
    chosen.splice(chosen.indexOf(last), 1);
  }
  const nameWidth = Math.max(wanted, Math.min(name?.width ?? 0, roomBeside(chosen)));
  return chosen.map((one) => (one === name ? { ...one, width: nameWidth } : one));
}
