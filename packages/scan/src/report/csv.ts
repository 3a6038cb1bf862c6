import { describeUnread } from "./completeness.ts";
import type { Unread } from "./completeness.ts";
import { fieldText, findingFields } from "./fields.ts";
import type { ScanReport } from "./report.ts";
import { showControls } from "./show-controls.ts";

/**
 * Renders a table with a header (RFC 4180): one row for each finding, and one with the action `unread` for each thing that
 * could not be read.
 *
 * What a spreadsheet would run as a formula starts with `'`; so does text that starts with `'` itself, which makes the
 * mark one to take off again.
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
    action: "unread",
    reason: describeUnread(unread),
  };
  return findingFields.map((name) => cell(cells[name] ?? ""));
}

function cell(text: string): string {
  const shown = showControls(text);
  const safe = startsFormula.test(shown) ? `'${shown}` : shown;
  // Where the decimal mark is a comma, spreadsheets split at semicolons.
  return /[",;\t\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

// Spreadsheets skip white space, and some read the full-width forms as well.
const startsFormula = /^\s*[=+\-@'＝＋－＠]|^[\t\r\n]/;
