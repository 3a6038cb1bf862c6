import { describeUnread } from "../completeness.ts";
import type { Unread } from "../completeness.ts";
import { csvCell } from "../csv-cell.ts";
import { fieldText, findingFields } from "../fields.ts";
import type { ScanReport } from "../report.ts";
import { showControls } from "../show-controls.ts";

/**
 * Renders a table with a header (RFC 4180): one row for each finding, and one with the action `unread` for each thing that
 * could not be read.
 */
export function renderCsv({ findings, summary }: ScanReport): string {
  const rows = findings.map(({ finding }) => findingFields.map((name) => cell(fieldText(finding, name))));
  return [findingFields, ...rows, ...summary.unread.map(unreadRow)]
    .map((row) => `${row.join(",")}\r\n`)
    .join("");
}

// A table without these would look like that of a whole scan.
function unreadRow(unread: Unread): readonly string[] {
  const cells: Partial<Record<string, string>> = {
    path: unread.location,
    repository: unread.repository ?? "",
    action: "unread",
    reason: describeUnread(unread),
  };
  return findingFields.map((name) => cell(cells[name] ?? ""));
}

const cell = (text: string): string => csvCell(showControls(text));
