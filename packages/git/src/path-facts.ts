import { GitError } from "./git-error.ts";
import { isObjectId, requireObjectId } from "./object-id.ts";
import { askKept } from "./objects/kept-reader.ts";
import { runGit, startGit } from "./process.ts";
import type { Repository } from "./repository.ts";

/** What git knows of one path, and which rule would keep it out. */
export interface PathFacts {
  /** The path's mode in the index; `null` where it is not tracked. 160000 is a submodule. */
  readonly mode: string | null;
  /** Whether it is tracked and left out of the work tree, as in a sparse checkout. */
  readonly isLeftOut: boolean;
  /** The last ignore rule that fits, tracked or not; `null` where none does or the last one takes the path back in. */
  readonly ignoredBy: { readonly file: string; readonly line: number; readonly pattern: string } | null;
}

/**
 * Looks up one path, given from the top level with `/` between folders.
 *
 * @throws GitError GIT_FAILED for a path that git does not take, such as one behind a symbolic link.
 */
export async function lookUpPath(repository: Repository, path: string): Promise<PathFacts> {
  const listed = await runGit(repository, ["ls-files", "-v", "--stage", "-z", "--", path], "look up a path");
  const entry = listed
    .toString("utf8")
    .split("\0")
    .map((line) => /^(?<tag>\S) (?<mode>\d{6}) [0-9a-f]+ \d\t(?<name>.*)$/su.exec(line)?.groups)
    .find((groups) => groups?.["name"] === path);
  return {
    mode: entry?.["mode"] ?? null,
    isLeftOut: entry?.["tag"]?.toUpperCase() === "S",
    ignoredBy: await lookUpRule(repository, path),
  };
}

async function lookUpRule(repository: Repository, path: string): Promise<PathFacts["ignoredBy"]> {
  const args = ["check-ignore", "--verbose", "--non-matching", "-z", "--no-index", "--stdin"];
  const { child, ended } = startGit(repository, args, "look up an ignore rule");
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  // Without a folder in front, a name that starts with a colon would be a pattern.
  child.stdin.end(`./${path}\0`);
  try {
    await ended;
  } catch (error) {
    // It ends with 1 where no rule fits, and has written its answer by then.
    if (chunks.length === 0) throw error;
  }
  const [file = "", line = "", pattern = ""] = Buffer.concat(chunks).toString("utf8").split("\0");
  return file === "" || pattern.startsWith("!") ? null : { file, line: Number(line), pattern };
}

/** A file as a commit has it. */
export interface FileAt {
  readonly id: string;
  readonly sizeBytes: number;
}

/**
 * Looks up one path, given from the top level, in many commits at once, by commit; one that has no such file is absent.
 * A symbolic link is a file that holds where it leads to.
 *
 * @throws {@link GitError}
 */
export async function lookUpFilesAt(
  repository: Repository,
  commits: readonly string[],
  path: string,
): Promise<ReadonlyMap<string, FileAt>> {
  const files = new Map<string, FileAt>();
  if (commits.length === 0) return files;
  const names = commits.map((commit) => `${requireObjectId(commit)}:${path}`);
  const kept = await askKept(repository, "info", names);
  if (kept !== null) {
    for (const [index, commit] of commits.entries()) {
      const found = kept[index];
      if (found?.type === "blob") files.set(commit, { id: found.id, sizeBytes: found.sizeBytes });
    }
    return files;
  }
  const input = names.map((name) => `${name}\n`).join("");
  const output = await runGit(repository, ["cat-file", "--batch-check"], "look up a file", input);
  const lines = output.toString("utf8").split("\n");
  if (lines.length !== commits.length + 1)
    throw new GitError("GIT_BAD_OUTPUT", `git answered ${lines.length - 1} of ${commits.length} look-ups`);
  for (const [index, commit] of commits.entries()) {
    const [id = "", type, size = ""] = lines[index]?.split(" ") ?? [];
    if (type === "blob" && isObjectId(id)) files.set(commit, { id, sizeBytes: Number(size) });
  }
  return files;
}
