export type { Finding } from "./finding.ts";
export { introduced } from "./introduced.ts";
export type { Confidence, Match, Verdict } from "./match.ts";
export { defaultPolicy, judge } from "./policy.ts";
export type { IgnoredWhy, Judgement, ScanPolicy } from "./policy.ts";
export { makeScanner } from "./scanner.ts";
export type { Scanner, ScannerOptions } from "./scanner.ts";
export type { Counts, ScanSummary, Skipped } from "./summary.ts";
