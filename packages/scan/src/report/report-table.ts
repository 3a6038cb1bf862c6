import { describeUnread, locateUnread } from "./completeness.ts";
import {
  describeKey,
  describeLocation,
  describeSkipped,
  describeSuppression,
  unaskedSkips,
} from "./describe.ts";
import { renderRemedies } from "./remedies.ts";
import type { ReportContext, ScanReport } from "./report.ts";
import type { ScanSummary, Skipped } from "./summary.ts";
import { closingLines, noKeysFound } from "./totals.ts";

/** A report as a page shows it: plain text, nothing of it quoted for any format yet. */
export interface ReportTable {
  readonly title: string;
  readonly columns: readonly string[];
  /** One for each finding, with a cell for each column. */
  readonly rows: readonly (readonly string[])[];
  readonly lists: readonly { readonly title: string; readonly lines: readonly string[] }[];
  /** What was scanned, the last line first in importance. */
  readonly closing: readonly string[];
}

/** The columns that hold text of the scanned files or of a program, in the order of a row. */
const tableColumns = ["Action", "Location", "What", "Key", "Confidence", "Why", "Commit"] as const;

const everyWord = Number.MAX_SAFE_INTEGER;

/** Lays a report out as a page: a table of findings, then what to do, then all that limits the answer. */
export function tableOf({ findings, suppressed, summary }: ScanReport, context: ReportContext): ReportTable {
  const { providers, showsAccepted = false } = context;
  const all = findings.map(({ finding }) => finding);
  const isOfSeveral = summary.repositories !== undefined;
  const { files, parts } = unaskedSkips(summary);
  const named = (one: Skipped): string => `${describeSkipped(one)}: ${one.reason}`;
  const lists = [
    { title: "What to do", lines: all.length === 0 ? [] : remedies(all, summary.mode, context) },
    {
      title: "Accepted",
      lines: (showsAccepted ? suppressed : []).map(
        (accepted) =>
          `${describeLocation(accepted.finding)} ${accepted.finding.redacted} ${describeSuppression(accepted)}`,
      ),
    },
    {
      title: "Could not be read",
      lines: summary.unread.map((unread) => `${locateUnread(unread)} ${describeUnread(unread)}`),
    },
    { title: "Not read", lines: files.map(named) },
    { title: "Not opened", lines: parts.map(named) },
  ];
  return {
    title: titleOf(all.length, summary),
    columns: isOfSeveral ? ["Repository", ...tableColumns] : tableColumns,
    rows: all.map(({ repository, ...finding }) => [
      ...(isOfSeveral ? [repository ?? ""] : []),
      finding.action,
      describeLocation(finding),
      describeKey(finding, providers),
      finding.redacted,
      finding.confidence,
      finding.reason,
      finding.commit ?? "",
    ]),
    lists: lists.filter(({ lines }) => lines.length > 0),
    closing: closingLines(summary),
  };
}

function titleOf(count: number, summary: ScanSummary): string {
  const found = count === 0 ? noKeysFound(summary) : count === 1 ? "1 key found" : `${count} keys found`;
  return `Keywarden: ${found}${summary.complete ? "" : ", and not everything could be read"}`;
}

const remedies = (
  findings: Parameters<typeof renderRemedies>[0],
  mode: Parameters<typeof renderRemedies>[1],
  { providers }: ReportContext,
): readonly string[] =>
  renderRemedies(findings, mode, providers, everyWord).map((line) => line.replace(/^ *\d? */, ""));
