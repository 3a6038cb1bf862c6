import type { IgnoredWhy } from "../policy/policy.ts";
import type { Suppression } from "../policy/suppression.ts";
import type { Completeness } from "./completeness.ts";

/** `listed` is always `scanned + skipped`; a scan where it is not could not tell. */
export interface Counts {
  readonly listed: number;
  readonly scanned: number;
  readonly skipped: number;
}

/** How the reason begins where a keywarden.json leaves a path out. */
export const exclusionStart = "excluded by ";

/** Something that a scan left out on purpose. */
export interface Skipped {
  readonly path: string;
  /** What inside an archive was not opened, as a path in it, empty for all of it; absent where it is the file that was left out. */
  readonly part?: string;
  readonly reason: string;
  /** The repository that `path` is in, as it was named; absent where only one was scanned. */
  readonly repository?: string;
}

/** What a scan of several repositories did in one of them. */
export type RepositorySummary = ScanSummary & { readonly repository: string };

/** What a scan did: the proof that a clean result is the result of work. */
export type ScanSummary = ScanFacts & Completeness;

interface ScanFacts {
  /** What was scanned: `agents` is what coding agents keep, `package` what a package or an image ships. */
  readonly mode: "staged" | "paths" | "agents" | "package" | "stdin" | "history" | "push" | "message";
  /** The commits that were scanned, in git's words; absent where no commits are. */
  readonly scope?: string;
  /** Each repository that was to be scanned, in the order in which they were named; absent where none was named. */
  readonly repositories?: readonly RepositorySummary[];
  readonly files: Counts;
  /** Git objects; all zero outside scans of what git stores. */
  readonly blobs: Counts;
  /** The other objects and the names of refs; absent where no commits are scanned. */
  readonly commits?: Counts;
  readonly trees?: Counts;
  readonly tags?: Counts;
  readonly refs?: Counts;
  readonly bytes: Counts;
  /** How many of the objects or files an earlier scan by the same rules has proved clean; absent where none. */
  readonly fromCache?: number;
  /** What was left out on purpose. */
  readonly skipped: readonly Skipped[];
  /** The forms and sorts of keys that this scan did not look for and others do; absent where there are none. */
  readonly notLookedFor?: readonly string[];
  readonly ignored: Readonly<Partial<Record<IgnoredWhy, number>>>;
  /** Findings that somebody has accepted, counted by how. */
  readonly suppressed: Readonly<Record<Suppression["by"], number>>;
  /** Entries of `allow` that have expired although something still fits them, one sentence each. */
  readonly expired: readonly string[];
  /** Those that block and those that only warn. */
  readonly findings: number;
}
