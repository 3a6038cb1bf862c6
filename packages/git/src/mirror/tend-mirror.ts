import { readdirSync, statSync, utimesSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { forgetArrivals } from "./arrivals.ts";
import { forgetKept } from "../objects/kept-reader.ts";
import { runGit } from "../process.ts";
import type { GitEnvironment } from "../process.ts";
import { restingEnvironment } from "./mirror-environment.ts";
import { takeTurn } from "./mirror-turns.ts";

/** git looks into every pack for every object. */
const packsAtMost = 10;

export interface MirrorUse {
  readonly sizeBytes: number;
  /** When something was last fetched into it. */
  readonly usedAtMs: number;
}

/** Tells how much room a mirror takes, without asking git. */
export function measureMirror(directory: string): MirrorUse {
  let sizeBytes = 0;
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true }))
    if (entry.isFile())
      sizeBytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  // Every fetch makes a file in it and takes it away.
  return { sizeBytes, usedAtMs: statSync(directory).mtimeMs };
}

/**
 * Packs what single fetches have left behind, without ever dropping an object: one file for each ref and many small ones
 * for the objects of each fetch. It waits for fetches into the mirror, and they for it.
 *
 * @throws {@link GitError}
 */
export async function packMirror(mirror: string, env: GitEnvironment): Promise<void> {
  await takeTurn(mirror, async (directory) => {
    const { atime, mtime } = statSync(directory);
    const mirrorContext = { directory, env: restingEnvironment(env, join(directory, "keywarden-no-hooks")) };
    const maintain = (...tasks: readonly string[]) =>
      runGit(
        mirrorContext,
        ["maintenance", "run", "--quiet", ...tasks.map((task) => `--task=${task}`)],
        "pack the mirror",
      );
    try {
      await maintain("loose-objects", "pack-refs");
      // What has just been packed is there twice.
      await runGit(mirrorContext, ["prune-packed", "--quiet"], "pack the mirror");
      if (countPacks(directory) > packsAtMost) await maintain("incremental-repack");
    } finally {
      utimesSync(directory, atime, mtime);
    }
  });
}

function countPacks(directory: string): number {
  return readdirSync(join(directory, "objects", "pack")).filter((name) => name.endsWith(".pack")).length;
}

/** Removes a mirror, once no fetch into it is under way. */
export async function removeMirror(mirror: string): Promise<void> {
  await takeTurn(mirror, (directory) => {
    forgetKept(directory);
    forgetArrivals(directory);
    return rm(directory, { recursive: true, force: true });
  });
}
