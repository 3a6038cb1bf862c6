import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Repository } from "@keywarden/git";
import { growSlowly } from "./grow-slowly.ts";

// Some twenty thousand files: what fewer take fits into the memory that the program has anyway.
const largeIndexBytes = 2 * 1024 * 1024;

/** Has the memory grow slowly where the index is large. */
export function collectEarly({ directory, gitDirectory, env }: Repository): void {
  const index = resolve(directory, env["GIT_INDEX_FILE"] ?? join(gitDirectory, "index"));
  const sizeBytes = statSync(index, { throwIfNoEntry: false })?.size ?? 0;
  if (sizeBytes < largeIndexBytes) return;
  growSlowly();
}
