import type { Tone } from "@keywarden/inventory";
import { html, type Html } from "./html.ts";

/** One column: its title, and whether a narrow screen may leave it out. */
export interface TableColumn {
  readonly title: string;
  readonly align?: "right";
  /** Shown only where there is room. */
  readonly isExtra?: boolean;
  /** Whether its texts are long, and go on in the next line. */
  readonly isLong?: boolean;
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
export function table(
  name: string,
  columns: readonly TableColumn[],
  rows: readonly (readonly Cell[])[],
): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${name}">
    <table role="table">
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map(head)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows.map((cells) => row(columns, cells))}
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

function row(columns: readonly TableColumn[], cells: readonly Cell[]): Html {
  return html`<tr role="row">
    ${cells.map(({ body, tone = "plain" }, index) => {
      const { title = "", ...column } = columns[index] ?? {};
      const kind = `${tone} ${classOf(column)}`.trim();
      if (index === 0) return html`<th role="rowheader" scope="row" class="${kind}">${body}</th>`;
      return html`<td role="cell" class="${kind}" data-title="${title}">${body}</td>`;
    })}
  </tr>`;
}

const classOf = ({ align, isExtra, isLong }: Omit<TableColumn, "title" | "sort">): string =>
  [align === "right" && "number", isExtra === true && "extra", isLong === true && "wrap"]
    .filter((word) => word !== false)
    .join(" ");
