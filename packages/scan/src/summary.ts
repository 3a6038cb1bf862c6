import type { IgnoredWhy } from "./policy.ts";

/** `listed` is always `scanned + skipped`; a scan where it is not could not tell. */
export interface Counts {
  readonly listed: number;
  readonly scanned: number;
  readonly skipped: number;
}

export interface Skipped {
  readonly path: string;
  readonly reason: string;
  /** `true` when the thing should have been read and could not be: the scan then cannot be called clean. */
  readonly failed: boolean;
}

/** What a scan did: the proof that a clean result is the result of work. */
export interface ScanSummary {
  readonly mode: "staged" | "paths" | "stdin";
  readonly files: Counts;
  /** Git objects; all zero outside staged scans. */
  readonly blobs: Counts;
  readonly bytes: Counts;
  readonly skipped: readonly Skipped[];
  readonly ignored: Readonly<Partial<Record<IgnoredWhy, number>>>;
  readonly findings: number;
  /** `false` when something could not be read, so that a clean result would be a guess. */
  readonly complete: boolean;
}
