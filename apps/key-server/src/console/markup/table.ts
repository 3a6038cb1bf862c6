import type { Tone } from "@keywarden/inventory";
import { Html, html, write } from "./html.ts";

/** One column: its title, and whether a narrow screen may leave it out. */
export interface TableColumn {
  readonly title: string;
  readonly align?: "right";
  /** Shown only where there is room. */
  readonly isExtra?: boolean;
  /** Whether its texts are long, and go on in the next line. */
  readonly isLong?: boolean;
  /** Whether its texts are names that people gave, which may be long and then take more lines. */
  readonly isName?: boolean;
  /** Whether it holds what is done about the row: it stays in sight where the table is wider than the screen. */
  readonly isAct?: boolean;
  /** Where the list is sorted by this column, and how it is sorted now. */
  readonly sort?: { readonly href: string; readonly direction: "ascending" | "descending" | null };
}

/** What stands in a row under one column. */
export interface Cell {
  readonly body: Html | string | number;
  readonly tone?: Tone;
}

/**
 * Writes a table whose first cell heads its row. Where the screen is narrow each row becomes a card with the titles
 * beside the values; the roles keep it a table for a screen reader.
 */
export function table(name: string, columns: readonly TableColumn[], rows: Iterable<readonly Cell[]>): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${name}">
    <table role="table" aria-label="${name}">
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map(head)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${writeRows(columns, rows)}
      </tbody>
    </table>
  </div>`;
}

function head({ title, sort, ...column }: TableColumn): Html {
  if (sort === undefined)
    return html`<th role="columnheader" scope="col" class="${classOf(column)}">${title}</th>`;
  const arrow = sort.direction === null ? "" : sort.direction === "ascending" ? "↑" : "↓";
  return html`<th
    role="columnheader"
    scope="col"
    class="${classOf(column)}"
    aria-sort="${sort.direction ?? "none"}"
  >
    <a href="${sort.href}">${title}${arrow !== "" && html` <span aria-hidden="true">${arrow}</span>`}</a>
  </th>`;
}

/**
 * Writes the rows. What stands before a cell is the same for all of its column and tone; most of a long page is written
 * here, and so as few texts as possible are made for it.
 */
function writeRows(columns: readonly TableColumn[], rows: Iterable<readonly Cell[]>): Html {
  const known = columns.map(() => new Map<Tone, string>());
  const before = (index: number, tone: Tone): string => {
    const found = known[index]?.get(tone);
    if (found !== undefined) return found;
    const { title = "", ...column } = columns[index] ?? {};
    const kind = `${tone === "plain" ? "" : tone} ${classOf(column)}`.trim();
    const style = kind === "" ? "" : ` class="${kind}"`;
    const made =
      index === 0
        ? `<tr role="row"><th role="rowheader" scope="row"${style}>`
        : `</${index === 1 ? "th" : "td"}><td role="cell"${style} data-title="${write(title)}">`;
    known[index]?.set(tone, made);
    return made;
  };
  let written = "";
  for (const cells of rows) {
    // A counted loop: entries() would make an array for each cell.
    for (let index = 0; index < cells.length; index += 1) {
      const { body = "", tone = "plain" } = cells[index] ?? {};
      written += before(index, tone);
      written += write(body);
    }
    written += cells.length === 1 ? "</th></tr>\n" : "</td></tr>\n";
  }
  return new Html(written);
}

const classOf = ({ align, isExtra, isLong, isName, isAct }: Omit<TableColumn, "title" | "sort">): string =>
  [
    align === "right" && "number",
    isExtra === true && "extra",
    isLong === true && "wrap",
    isName === true && "given",
    isAct === true && "act-cell",
  ]
    .filter((word) => word !== false)
    .join(" ");
