import type { ScanReport } from "./report.ts";

/** Renders one JSON object `{ findings, summary }` with a line break at its end. */
export function renderJson({ findings, summary }: ScanReport): string {
  return `${JSON.stringify({ findings: findings.map(({ finding }) => finding), summary }, null, 2)}\n`;
}
