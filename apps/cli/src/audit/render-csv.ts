import { csvLine } from "../csv.ts";
import type { AuditReport, RenderContext } from "./audit-report.ts";
import { columns, rowOf } from "./key-row.ts";

/** Renders a table in the shape of a credential report: one row for every key of the inventory, clean or not, with all facts. */
export function renderCsv(report: AuditReport, { plain }: RenderContext): string {
  const byKey = Map.groupBy(report.findings, ({ key }) => key);
  const rows = report.inventory.keys.map((key) => {
    const row = rowOf(
      key,
      (byKey.get(key) ?? []).map(({ finding }) => finding),
      report,
    );
    return columns.map((name) => plain(row[name]));
  });
  return [columns, ...rows].map(csvLine).join("");
}
