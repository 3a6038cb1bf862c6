import type { ScanReport } from "../report.ts";

/** Renders one JSON object a line, told apart by `type`: every finding, every accepted one, and last the summary. */
export function renderJsonl({ findings, suppressed, summary }: ScanReport): string {
  const lines = [
    ...findings.map(({ finding }) => ({ type: "finding", ...finding })),
    ...suppressed.map(({ finding, suppression }) => ({ type: "suppressed", ...finding, suppression })),
    { type: "summary", ...summary },
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}
