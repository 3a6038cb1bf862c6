import { countObjects } from "@keywarden/git";
import type { Repository } from "@keywarden/git";
import { progressOf } from "../progress.ts";
import type { Terminal } from "../terminal.ts";
import type { FoundScope } from "./find-scope.ts";
import { scanHistory } from "./history.ts";
import type { FileScan } from "./scan-file.ts";
import { explainMissing, requireWhole } from "./whole-range.ts";

/**
 * Scans what a scope holds, with a bar for those who wait.
 *
 * @throws CliError CLI_INCOMPLETE with the command that gets what is missing, where the clone is shallow, partial or damaged.
 */
export async function scanScope(
  repository: Repository,
  scope: FoundScope,
  scan: FileScan,
  terminal: Terminal,
): Promise<void> {
  await requireWhole(repository, scope.range, scope.wayOut);
  const isWatched = terminal.isErrorTerminal === true;
  const total = isWatched && scope.range.everything === true ? await countObjects(repository) : null;
  const progress = progressOf("objects", terminal);
  scan.tally.scope = scope.label;
  try {
    await scanHistory(repository, scope, {
      ...scan,
      onProgress: (objects) => progress.update(objects, total),
    });
  } catch (error) {
    throw await explainMissing(error, repository, scope.wayOut);
  } finally {
    progress.finish();
  }
}
