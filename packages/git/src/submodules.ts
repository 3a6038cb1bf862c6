import { GitError } from "./git-error.ts";
import { runGit } from "./process.ts";
import type { Repository } from "./repository.ts";

/**
 * Gives the work trees of all submodules that are checked out, nested ones included; absolute.
 *
 * @throws {@link GitError} GIT_NO_WORK_TREE in a bare repository.
 */
export async function listSubmodules(repository: Repository): Promise<readonly string[]> {
  if (repository.isBare) {
    throw new GitError("GIT_NO_WORK_TREE", `${repository.directory} is bare and has no submodules`);
  }
  const args = ["submodule", "--quiet", "foreach", "--recursive", `printf '%s\\0' "$PWD"`];
  const output = await runGit(repository, args, "list the submodules");
  return output
    .toString("utf8")
    .split("\0")
    .filter((path) => path !== "");
}
