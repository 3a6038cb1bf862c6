import type { ScanSummary } from "./summary.ts";

/** Something that should have been scanned and was not. */
export interface Problem {
  /** `null` when it is not one file that is missing. */
  readonly path: string | null;
  readonly reason: string;
}

/** Lists why a scan cannot be called clean; empty exactly when it is complete. */
export function problemsOf({ skipped, complete }: ScanSummary): readonly Problem[] {
  const problems = skipped.filter(({ failed }) => failed).map(({ path, reason }) => ({ path, reason }));
  if (complete || problems.length > 0) return problems;
  return [{ path: null, reason: "not all that was listed was scanned or skipped for a reason" }];
}

/** Says what went wrong without naming the file. */
export function describeProblem({ path, reason }: Problem): string {
  return path === null ? reason : `could not be scanned: ${reason}`;
}
