import { configFile } from "../config/standard-config.ts";
import type { Exclusion } from "../sources/judging.ts";

/** Names the entry of `exclude` for which a file is not scanned, and where it stands. */
export const describeExclusion = ({ pattern, place }: Exclusion): string =>
  `excluded by ${JSON.stringify(pattern)} at ${configFile}:${place.line}:${place.column}`;
