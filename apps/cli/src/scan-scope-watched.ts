import { availableParallelism } from "node:os";
import type { Repository } from "@keywarden/git";
import { scanScope } from "@keywarden/repository-scan";
import type { CleanObjects, FoundScope, ScanTools } from "@keywarden/repository-scan";
import { growSlowly } from "./grow-slowly.ts";
import { progressBarOf } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

// Each takes 50 MB of memory, and a third of a second of processor time before it scans.
const mostThreads = 4;
const fewBytes = 48 * 1024 * 1024;

/** Scans what a scope holds, with a bar for those who wait. @throws ScanError */
export async function scanScopeWatched(
  repository: Repository,
  scope: FoundScope,
  tools: ScanTools,
  terminal: Terminal,
  clean?: CleanObjects | null,
): Promise<void> {
  const progress = progressBarOf("objects", terminal);
  const threads = { count: Math.min(mostThreads, availableParallelism()), fromBytes: fewBytes };
  // Every object is a piece of memory that is soon let go of.
  growSlowly();
  try {
    await scanScope(
      repository,
      scope,
      { ...tools, threads, ...(clean === null || clean === undefined ? {} : { clean }) },
      terminal.isErrorTerminal === true ? progress.update : undefined,
    );
  } finally {
    progress.finish();
    // What was found clean is, even where the scan did not get to its end.
    clean?.save();
  }
}
