import type { Excerpt } from "../excerpt.ts";
import type { Finding } from "../finding.ts";
import type { ScanSummary } from "../summary.ts";

export interface ReportedFinding {
  readonly finding: Finding;
  readonly excerpt: Excerpt;
}

/** Everything a report is made from; nothing in it reveals a key. */
export interface ScanReport {
  readonly findings: readonly ReportedFinding[];
  readonly summary: ScanSummary;
}
