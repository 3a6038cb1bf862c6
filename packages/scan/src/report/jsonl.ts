import type { ScanReport } from "./report.ts";

/** Renders one JSON object a line, told apart by `type`: every finding, and last the summary. */
export function renderJsonl({ findings, summary }: ScanReport): string {
  const lines = [
    ...findings.map(({ finding }) => ({ type: "finding", ...finding })),
    { type: "summary", ...summary },
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}
