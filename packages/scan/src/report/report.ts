import type { ProviderProfile } from "@keywarden/key-format";
import type { Excerpt } from "../match/excerpt.ts";
import type { Finding } from "../policy/finding.ts";
import type { ScanSummary } from "./summary.ts";
import type { SuppressedFinding } from "../policy/suppression.ts";

export interface ReportedFinding {
  readonly finding: Finding;
  readonly excerpt: Excerpt;
}

/** Everything a report is made from; nothing in it reveals a key. */
export interface ScanReport {
  readonly findings: readonly ReportedFinding[];
  readonly suppressed: readonly SuppressedFinding[];
  readonly summary: ScanSummary;
}

export interface TextOptions {
  readonly providers: readonly ProviderProfile[];
  readonly isColoured: boolean;
  /** Columns of the terminal; 80 unless given. */
  readonly width?: number;
  /** Whether the text and SARIF show the findings that somebody has accepted; JSON always has them. */
  readonly showsAccepted?: boolean;
}

/** What a format may say beside what was found: who scanned, when, and what was checked out. */
export interface ReportContext extends TextOptions {
  /** Version of the program that scanned. */
  readonly version: string;
  /** UTC with milliseconds and `Z`, as `Date.prototype.toISOString` writes it. */
  readonly startedAt: string;
  readonly endedAt: string;
  /** Full id of the commit that was checked out; `null` where there is none or the format does not ask for it. */
  readonly commit: string | null;
}

/** Renders a whole report, with a line break at its end. */
export type Render = (report: ScanReport, context: ReportContext) => string;
