/**
 * Writes one cell of a table (RFC 4180).
 *
 * What a spreadsheet would run as a formula starts with `'`; so does text that starts with `'` itself, which makes the
 * mark one that {@link unmarkCell} can take off again.
 */
export function csvCell(text: string): string {
  const safe = startsFormula.test(text) ? `'${text}` : text;
  // Where the decimal mark is a comma, spreadsheets split at semicolons.
  return /[",;\t\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Gives the text of a cell without the mark that {@link csvCell} put in front of it. */
export function unmarkCell(cell: string): string {
  return cell.startsWith("'") && startsFormula.test(cell.slice(1)) ? cell.slice(1) : cell;
}

// Spreadsheets skip white space, and some read the full-width forms as well.
const startsFormula = /^\s*[=+\-@'\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;
