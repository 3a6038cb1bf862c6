import { fitText, sortRows, type KeyRow } from "@keywarden/inventory";
import { naturalWidth, screenColumns } from "./inventory/placed-columns.ts";

/** Writes the inventory as plain text, most urgent first: every column as wide as it needs to be, no colour, no control codes. */
export function plainTable(rows: readonly KeyRow[], nowMs: number): string {
  if (rows.length === 0) return "The server has no keys yet.\n";
  const sorted = sortRows(rows, { column: "rotation", direction: "ascending" });
  const placed = screenColumns.map((column) => ({ ...column, cells: naturalWidth(column, sorted, nowMs) }));
  const titles = placed.map(({ title, cells, align }) => fitText(title, cells, align));
  const lines = sorted.map((row) =>
    placed.map(({ text, cells, align }) => fitText(text(row, nowMs), cells, align)).join("  "),
  );
  return [titles.join("  "), ...lines].map((line) => `${line.trimEnd()}\n`).join("");
}
