import { locationFromPath } from "../jobs/exposure-location.ts";
import { outcomes } from "./outcomes.ts";
import type { ReportInput } from "./report-input.ts";
import { titleOfKey } from "./summary.ts";

/** An annotation in the words of GitHub's API. */
export interface Annotation {
  path: string;
  start_line: number;
  end_line: number;
  annotation_level: "failure" | "warning" | "notice";
  title: string;
  message: string;
}

/** Gives one annotation for each location in a file, in a stable order; the summary lists the others. */
export function annotationsFor(input: ReportInput): readonly Annotation[] {
  if (!input.isFinal) return [];
  return input.keys.flatMap((key) => {
    const { level, said, next } = outcomes[key.outcome.is];
    return key.occurrences.flatMap(({ path, line }) => {
      const location = locationFromPath(path);
      if (location.in !== "file") return [];
      return [
        {
          path: location.path,
          start_line: line,
          end_line: line,
          annotation_level: level,
          title: titleOfKey(key).slice(0, 255),
          message: `This key ${said}. ${next}`,
        },
      ];
    });
  });
}
