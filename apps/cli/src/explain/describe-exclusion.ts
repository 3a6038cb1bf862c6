import { configFile } from "@keywarden/repository-config";
import type { Exclusion } from "@keywarden/repository-config";

/** Names the entry of `exclude` for which a file is not scanned, and where it stands. */
export const describeExclusion = ({ pattern, position }: Exclusion): string =>
  `excluded by ${JSON.stringify(pattern)} at ${configFile}:${position.line}:${position.column}`;
