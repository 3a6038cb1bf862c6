import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runGit } from "../process.ts";
import type { Repository } from "../repository.ts";

// With more files, looking at each takes longer than git takes to list what they hold.
const mostFiles = 10_000;
// Objects, or which of them are there, come from elsewhere too.
const elsewhere = ["GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_SHALLOW_FILE"];

/**
 * Describes all that decides which objects the refs, every HEAD and the stash reach: these, where the clone is cut off, and of each file
 * with objects its name, size, number and times. While that stays the same, git would list the same. `null` where it cannot be
 * told, as with objects of another repository.
 *
 * @throws GitError when git itself cannot be asked.
 */
export async function describeHistoryState(repository: Repository): Promise<string | null> {
  const { commonDirectory, env } = repository;
  if (elsewhere.some((name) => (env[name] ?? "") !== "")) return null;
  const files = describeFiles(join(commonDirectory, "objects"));
  const shallow = readIfThere(join(commonDirectory, "shallow"));
  const stashes = readIfThere(join(commonDirectory, "logs/refs/stash"));
  if (files === null || shallow === null || stashes === null) return null;
  const doing = "look at where the refs are";
  const answers = await Promise.all([
    runGit(repository, ["for-each-ref", "--format=%(objectname) %(refname)"], doing),
    runGit(repository, ["worktree", "list", "--porcelain"], doing),
    // Of a bare repository the list of work trees does not say it. An answer that names nothing is one, too.
    runGit(repository, ["cat-file", "--batch-check=%(objectname)"], doing, "HEAD\n"),
  ]);
  const hash = createHash("sha256");
  for (const part of [Buffer.from(files), shallow, stashes, ...answers])
    hash.update(`${part.length} `).update(part);
  return hash.digest("hex");
}

function describeFiles(objects: string): string | null {
  const lines: string[] = [];
  const describe = (folder: string): boolean =>
    readdirSync(folder, { withFileTypes: true }).every((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return describe(path);
      if (!entry.isFile() || entry.name === "alternates" || lines.length >= mostFiles) return false;
      const { size, dev, ino, mtimeMs, ctimeMs } = lstatSync(path);
      lines.push(JSON.stringify([path, size, dev, ino, mtimeMs, ctimeMs]));
      return true;
    });
  try {
    return describe(objects) ? lines.sort().join("\n") : null;
  } catch {
    return null;
  }
}

function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ENOENT" ? Buffer.alloc(0) : null;
  }
}
