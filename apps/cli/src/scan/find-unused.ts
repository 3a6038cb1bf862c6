import { describeUnused } from "@keywarden/repository-config";
import type { Setup } from "@keywarden/repository-config";
import type { ScanTools } from "@keywarden/repository-scan";
import type { ScanReport } from "@keywarden/scan";

/** Names the entries of `allow` that fit nothing in a scan of everything. */
export function findUnused(report: ScanReport, { config }: Setup, tools: ScanTools): readonly string[] {
  return config.allow.length === 0 ? [] : describeUnused(config.allow, tools.suppression, report);
}
