import { placeFromPath } from "../jobs/place.ts";
import { outcomes } from "./outcomes.ts";
import type { ReportInput } from "./report-input.ts";
import { describeKey } from "./summary.ts";

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
      const place = placeFromPath(path);
      if (place.in !== "file") return [];
      return [
        {
          path: place.path,
          start_line: line,
          end_line: line,
          annotation_level: level,
          title: describeKey(key).slice(0, 255),
          message: `This key ${said}. ${next}`,
        },
      ];
    });
  });
}
