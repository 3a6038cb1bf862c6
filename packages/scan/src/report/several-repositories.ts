import { completenessOf } from "./completeness.ts";
import type { ScanReport } from "./report.ts";
import type { Counts, ScanSummary } from "./summary.ts";

/** What a scan reports of one repository. */
export interface ReportPart extends ScanReport {
  /** As it was named; absent where none was. */
  readonly repository?: string;
}

/** Makes one report of several repositories: each thing in it says which one it is of. It is whole only when all are. */
export function joinReports(
  mode: ScanSummary["mode"],
  parts: readonly (ReportPart & { readonly repository: string })[],
): ScanReport {
  const summaries = parts.map(({ repository, summary }) => ({ ...summary, repository }));
  const objects = ["commits", "trees", "tags", "refs"] as const;
  return {
    findings: parts.flatMap(({ repository, findings }) =>
      findings.map(({ finding, excerpt }) => ({ finding: { ...finding, repository }, excerpt })),
    ),
    suppressed: parts.flatMap(({ repository, suppressed }) =>
      suppressed.map(({ finding, suppression }) => ({ finding: { ...finding, repository }, suppression })),
    ),
    summary: {
      mode,
      repositories: summaries,
      files: sumCounts(summaries.map(({ files }) => files)),
      blobs: sumCounts(summaries.map(({ blobs }) => blobs)),
      bytes: sumCounts(summaries.map(({ bytes }) => bytes)),
      ...Object.fromEntries(
        objects
          .filter((type) => summaries.some((summary) => summary[type] !== undefined))
          .map((type) => [type, sumCounts(summaries.flatMap((summary) => summary[type] ?? []))]),
      ),
      ...(summaries.every(({ fromCache }) => fromCache === undefined)
        ? {}
        : { fromCache: summaries.reduce((sum, { fromCache = 0 }) => sum + fromCache, 0) }),
      skipped: ofEach(summaries, "skipped"),
      ...(summaries.every(({ notLookedFor }) => notLookedFor === undefined)
        ? {}
        : { notLookedFor: [...new Set(summaries.flatMap(({ notLookedFor = [] }) => notLookedFor))] }),
      ignored: sumNumbers(summaries.map(({ ignored }) => ignored)),
      suppressed: {
        inline: 0,
        config: 0,
        baseline: 0,
        ...sumNumbers(summaries.map(({ suppressed }) => suppressed)),
      },
      expired: summaries.flatMap(({ repository, expired }) =>
        expired.map((sentence) => `${repository}: ${sentence}`),
      ),
      findings: summaries.reduce((sum, { findings }) => sum + findings, 0),
      ...completenessOf(ofEach(summaries, "unread")),
    },
  };
}

/** Takes a report apart again; one of no named repositories is its only part. */
export function splitReport(report: ScanReport): readonly ReportPart[] {
  const { findings, suppressed, summary } = report;
  if (summary.repositories === undefined) return [report];
  return summary.repositories.map((one) => ({
    repository: one.repository,
    findings: findings.filter(({ finding }) => finding.repository === one.repository),
    suppressed: suppressed.filter(({ finding }) => finding.repository === one.repository),
    summary: one,
  }));
}

const ofEach = <Name extends "skipped" | "unread">(
  summaries: readonly (ScanSummary & { readonly repository: string })[],
  name: Name,
): readonly ScanSummary[Name][number][] =>
  summaries.flatMap(({ repository, ...summary }) => summary[name].map((one) => ({ ...one, repository })));

const sumCounts = (all: readonly Counts[]): Counts => ({
  listed: all.reduce((sum, { listed }) => sum + listed, 0),
  scanned: all.reduce((sum, { scanned }) => sum + scanned, 0),
  skipped: all.reduce((sum, { skipped }) => sum + skipped, 0),
});

function sumNumbers(all: readonly Readonly<Partial<Record<string, number>>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const one of all)
    for (const [name, count = 0] of Object.entries(one)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}
