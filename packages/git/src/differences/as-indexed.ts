import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { runGit } from "../process.ts";
import type { Repository } from "../repository.ts";

/** Tells one index from every later one by what the system says of its file; `null` where there is none. */
export function identifyIndex(repository: Repository): string | null {
  const stats = statSync(pathOf(repository), { throwIfNoEntry: false });
  if (stats === undefined) return null;
  const { dev, ino, size, mtimeMs, ctimeMs } = stats;
  return JSON.stringify([dev, ino, size, mtimeMs, ctimeMs]);
}

/** Names the exact content of the index, which holds what the system said of each tracked file. */
export function digestIndex(repository: Repository): string {
  const hash = createHash("sha256");
  const piece = Buffer.allocUnsafe(pieceBytes);
  const file = openSync(pathOf(repository), "r");
  try {
    for (let got = readSync(file, piece); got > 0; got = readSync(file, piece))
      hash.update(piece.subarray(0, got));
  } finally {
    closeSync(file);
  }
  return hash.digest("hex");
}

// That of a large tree is ten megabytes.
const pieceBytes = 256 * 1024;

function pathOf({ directory, gitDirectory, env }: Repository): string {
  const own = env["GIT_INDEX_FILE"] ?? "";
  return own === "" ? join(gitDirectory, "index") : resolve(directory, own);
}

// Whatever is configured: all that the system says of a file counts, times that only the system sets among it.
const strictly = [
  "-c",
  "core.trustCTime=true",
  "-c",
  "core.checkStat=default",
  "-c",
  "core.ignoreStat=false",
];

/**
 * Tells whether the system says of every watched file what the index holds of it. Of times git compares whole seconds.
 *
 * @throws {@link GitError}
 */
export async function isAsIndexed(repository: Repository): Promise<boolean> {
  const args = [...strictly, "diff-files", "--raw", "-z", "--no-renames", "--ignore-submodules=none"];
  return (await runGit(repository, args, "look for changed files")).length === 0;
}
