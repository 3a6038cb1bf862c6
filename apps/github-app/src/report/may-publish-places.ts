import { fates } from "./fates.ts";
import type { ReportedKey, ReportInput } from "./report.ts";

/** Whether it may be said where a key is: in a public repository that is a signpost to every key that may still work. */
export function mayPublishPlaces(
  { isPublic }: Pick<ReportInput, "isPublic">,
  { fate }: ReportedKey,
): boolean {
  return !isPublic || !fates[fate.is].mayWork;
}
