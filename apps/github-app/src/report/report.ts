import { annotationsFor } from "./annotations.ts";
import type { Annotation } from "./annotations.ts";
import type { ReportInput } from "./report-input.ts";
import { conclude, summarise } from "./summary.ts";
import type { Conclusion } from "./summary.ts";

/** A check run's content, within GitHub's limits. */
export interface Report {
  readonly title: string;
  readonly summary: string;
  readonly conclusion: Conclusion;
  readonly annotations: readonly Annotation[];
}

/** Renders what was found and done as a check run. */
export function renderReport(input: ReportInput): Report {
  return { ...summarise(input), conclusion: conclude(input), annotations: annotationsFor(input) };
}
