import { fates } from "./fates.ts";
import type { ReportInput } from "./report.ts";

export type Conclusion = "success" | "neutral" | "failure";

/** Fails when a live key of a configured owner was found; neutral when people should look; success when there is nothing. */
export function conclude({ keys, scanGivenUp, scanned, mode }: ReportInput): Conclusion {
  if (mode === "armed" && keys.some(({ fate }) => fates[fate.is].fails)) return "failure";
  const isDoubtful = scanGivenUp !== undefined || scanned.notLookedUp > 0;
  return keys.length > 0 || isDoubtful ? "neutral" : "success";
}
