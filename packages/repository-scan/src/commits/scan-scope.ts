import { countObjects } from "@keywarden/git";
import type { Repository } from "@keywarden/git";
import type { FileScan } from "../files/scan-file.ts";
import type { FoundScope } from "./find-scope.ts";
import { scanHistory } from "./history.ts";
import { explainMissing, requireWhole } from "./whole-range.ts";

/** Receives how many objects are done, and of how many if known. */
export type OnObjects = (done: number, total: number | null) => void;

/**
 * Scans what a scope holds.
 *
 * @param onObjects absent: no progress is shown, so the objects are not counted beforehand.
 * @throws ScanError SCAN_INCOMPLETE with the command that gets what is missing, where the clone is shallow, partial or damaged.
 */
export async function scanScope(
  repository: Repository,
  scope: FoundScope,
  scan: FileScan,
  onObjects?: OnObjects,
): Promise<void> {
  await requireWhole(repository, scope.range, scope.wayOut);
  const isCounted = onObjects !== undefined && scope.range.everything === true;
  const total = isCounted ? await countObjects(repository) : null;
  scan.account.scope = scope.label;
  try {
    await scanHistory(repository, scope, { ...scan, onProgress: (objects) => onObjects?.(objects, total) });
  } catch (error) {
    throw await explainMissing(error, repository, scope.wayOut);
  }
}
