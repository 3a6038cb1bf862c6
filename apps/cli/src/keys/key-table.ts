import { displayWidth, fitWidth, padWidth } from "./display-width.ts";
import type { JudgedKey } from "@keywarden/inventory";
import { plainText } from "./plain-text.ts";

interface Column {
  readonly title: string;
  readonly read: (judged: JudgedKey) => string;
  /** What goes first where the terminal is too narrow for all: the highest number. */
  readonly dispensable: number;
}

const columns: readonly Column[] = [
  { title: "ID", read: ({ key }) => key.id, dispensable: 0 },
  { title: "PROVIDER", read: ({ key }) => key.provider, dispensable: 3 },
  { title: "KEY", read: ({ key }) => `${key.prefix}…${key.lastFour}`, dispensable: 2 },
  { title: "ENVIRONMENT", read: ({ key }) => key.environment, dispensable: 5 },
  { title: "ROTATION", read: ({ status }) => status, dispensable: 1 },
  { title: "USAGE", read: ({ usage }) => usage, dispensable: 6 },
  { title: "LAST USED", read: ({ key }) => key.lastUsedAt?.slice(0, 10) ?? "never", dispensable: 4 },
  { title: "OWNER", read: ({ key }) => key.owner ?? "", dispensable: 7 },
  { title: "TAGS", read: ({ key }) => key.tags.join(","), dispensable: 8 },
  { title: "NAME", read: ({ key }) => key.name, dispensable: 0 },
];

const gap = "  ";
const leastNameWidth = 16;

/**
 * Makes a table that can be written page by page: the first page settles its columns. On a terminal they are those
 * that fit, and long names are cut; elsewhere nothing is, so that lines can be searched.
 */
export function makeKeyTable(terminalWidth: number | undefined): (page: readonly JudgedKey[]) => string {
  let shown: readonly { readonly column: Column; readonly width: number }[] | undefined;
  return (page) => {
    const isFirst = shown === undefined;
    shown ??= chooseColumns(page, terminalWidth);
    const settled = shown;
    const line = (cells: readonly string[]) =>
      cells
        .map((cell, index) => layOut(cell, settled[index]?.width ?? 0))
        .join(gap)
        .trimEnd();
    const layOut = (cell: string, width: number) =>
      padWidth(terminalWidth === undefined ? cell : fitWidth(cell, width), width);
    const rows = page.map((judged) => line(settled.map(({ column }) => plainText(column.read(judged)))));
    const heading = isFirst ? [line(settled.map(({ column }) => column.title))] : [];
    return [...heading, ...rows].map((text) => `${text}\n`).join("");
  };
}

function chooseColumns(page: readonly JudgedKey[], terminalWidth: number | undefined) {
  const all = columns
    .map((column) => {
      const cells = page.map((judged) => displayWidth(plainText(column.read(judged))));
      return {
        column,
        isUsed: cells.some((width) => width > 0),
        width: Math.max(column.title.length, ...cells),
      };
    })
    .filter(({ isUsed }) => isUsed);
  if (terminalWidth === undefined) return all;
  const name = all.find(({ column }) => column.title === "NAME");
  const roomBeside = (chosen: typeof all) =>
    terminalWidth -
    chosen.reduce((sum, { column, width }) => sum + (column.title === "NAME" ? 0 : width + gap.length), 0);
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
