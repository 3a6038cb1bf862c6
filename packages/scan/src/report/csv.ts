import { fieldText, findingFields } from "./fields.ts";
import type { ScanReport } from "./report.ts";
import { showControls } from "./show-controls.ts";

/**
 * Renders a table with a header (RFC 4180): one row for each finding.
 *
 * What a spreadsheet would run as a formula starts with `'`; so does text that starts with `'` itself, which makes the
 * mark one to take off again.
 */
export function renderCsv({ findings }: ScanReport): string {
  const rows = findings.map(({ finding }) => findingFields.map((name) => cell(fieldText(finding, name))));
  return [findingFields, ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}

function cell(text: string): string {
  const shown = showControls(text);
  const safe = startsFormula.test(shown) ? `'${shown}` : shown;
  // Where the decimal mark is a comma, spreadsheets split at semicolons.
  return /[",;\t\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

// Spreadsheets skip white space, and some read the full-width forms as well.
const startsFormula = /^\s*[=+\-@'＝＋－＠]|^[\t\r\n]/;
