import { csvLine } from "../csv.ts";
import type { AuditReport, RenderContext } from "./audit-report.ts";
import { reportColumns, rowOf } from "./key-row.ts";

/** Renders a table in the shape of a credential report: one row for every key of the inventory, clean or not, with all facts. */
export function renderAuditCsv(report: AuditReport, { plain }: RenderContext): string {
  const byKey = Map.groupBy(report.findings, ({ key }) => key);
  const rows = report.inventory.keys.map((key) => {
    const row = rowOf(
      key,
      (byKey.get(key) ?? []).map(({ finding }) => finding),
      report,
    );
    return reportColumns.map((name) => plain(row[name]));
  });
  return [reportColumns, ...rows].map(csvLine).join("");
}
