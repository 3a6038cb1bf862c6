import type { Repository } from "@keywarden/git";
import { scanScope } from "@keywarden/repository-scan";
import type { CleanObjects, FoundScope, ScanTools } from "@keywarden/repository-scan";
import { growSlowly } from "./grow-slowly.ts";
import { progressBarOf } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

/** Scans what a scope holds, with a bar for those who wait. @throws ScanError */
export async function scanScopeWatched(
  repository: Repository,
  scope: FoundScope,
  tools: ScanTools,
  terminal: Terminal,
  clean?: CleanObjects | null,
): Promise<void> {
  const progress = progressBarOf("objects", terminal);
  // Every object is a piece of memory that is soon let go of.
  growSlowly();
  try {
    await scanScope(
      repository,
      scope,
      clean === null || clean === undefined ? tools : { ...tools, clean },
      terminal.isErrorTerminal === true ? progress.update : undefined,
    );
  } finally {
    progress.finish();
    // What was found clean is, even where the scan did not get to its end.
    clean?.save();
  }
}
