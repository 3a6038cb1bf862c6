import { GitError } from "./git-error.ts";
import { runGit } from "./process.ts";
import type { Repository } from "./repository.ts";

export interface FileSelection {
  /** Files and folders below the top level, literally; all files unless given. */
  readonly paths?: readonly string[];
  /** Lists files that .gitignore excludes as well. */
  readonly includeIgnored?: boolean;
}

/**
 * Lists tracked and untracked-unignored files of the work tree, relative to the top level, each once, in byte order.
 *
 * Some may be absent from disk. A submodule is one path without a slash at its end, an untracked nested repository one with it.
 *
 * @throws {@link GitError} GIT_NO_WORK_TREE in a bare repository.
 */
export async function listFiles(
  repository: Repository,
  { paths = [], includeIgnored = false }: FileSelection = {},
): Promise<readonly Buffer[]> {
  const args = ["ls-files", "-z", "--cached", "--others"];
  if (!includeIgnored) args.push("--exclude-standard");
  const output = await runGit(repository, [...args, "--", ...paths], "list files");
  const byName = new Map<string, Buffer>();
  for (let at = 0; at < output.length;) {
    const end = output.indexOf(0, at);
    if (end === -1) throw new GitError("GIT_BAD_OUTPUT", "git stopped in the middle of a path");
    const path = output.subarray(at, end);
    byName.set(path.toString("latin1"), path);
    at = end + 1;
  }
  return [...byName.values()].sort((left, right) => Buffer.compare(left, right));
}
