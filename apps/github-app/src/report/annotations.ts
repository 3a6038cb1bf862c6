import { placeFromPath } from "../jobs/place.ts";
import { fates } from "./fates.ts";
import { mayPublishPlaces } from "./may-publish-places.ts";
import type { ReportInput } from "./report.ts";
import { describeKey } from "./describe-key.ts";

/** An annotation in the words of GitHub's API. */
export interface Annotation {
  path: string;
  start_line: number;
  end_line: number;
  annotation_level: "failure" | "warning" | "notice";
  title: string;
  message: string;
}

/** Gives one annotation a place in a file, in a stable order; places that are no file are told in the summary. */
export function annotationsFor(input: ReportInput): readonly Annotation[] {
  return input.keys.flatMap((key) => {
    if (!mayPublishPlaces(input, key)) return [];
    const { level, said, next } = fates[key.fate.is];
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
