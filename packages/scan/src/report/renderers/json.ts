import type { ScanReport } from "../report.ts";

/** Renders one JSON object `{ findings, suppressed, summary }` with a line break at its end. */
export function renderJson({ findings, suppressed, summary }: ScanReport): string {
  const document = {
    findings: findings.map(({ finding }) => finding),
    suppressed: suppressed.map(({ finding, suppression }) => ({ ...finding, suppression })),
    summary,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
