import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { GitError } from "./git-error.ts";
import type { HookName } from "./hook-name.ts";
import type { HookManager } from "./hook-report.ts";
import { runGit } from "./process.ts";
import type { Repository } from "./repository.ts";

export interface HookLocation {
  readonly name: HookName;
  readonly manager: HookManager;
  /** Where a person's hook lives, and ours with it. */
  readonly path: string;
  /** What git starts. */
  readonly firesFrom: string;
  /** The configuration that names the directory serves more than this repository. */
  readonly isShared: boolean;
}

/**
 * Finds the hook of this name that git would run, linked worktrees and `core.hooksPath` included.
 *
 * @throws {@link GitError} GIT_NO_WORK_TREE in a bare repository, where nothing is ever committed.
 */
export async function locateHook(repository: Repository, name: HookName): Promise<HookLocation> {
  if (repository.isBare) {
    throw new GitError(
      "GIT_NO_WORK_TREE",
      `${repository.directory} is bare, so no commit is made and no hook runs there`,
    );
  }
  const args = ["rev-parse", "--path-format=absolute", "--git-path", "hooks"];
  const output = await runGit(repository, args, "find the hooks directory");
  const directory = resolve(output.toString("utf8").replace(/\n$/u, ""));
  const scope = await hooksPathScope(repository);
  const firesFrom = join(directory, name);
  const isShared = scope === "global" || scope === "system";
  if (scope === null) return { name, manager: "plain", path: firesFrom, firesFrom, isShared };
  // husky points git at its own launchers, which start the file of the same name one directory up.
  const isHusky =
    basename(directory) === "_" &&
    (basename(dirname(directory)) === ".husky" || existsSync(join(directory, "h")));
  if (isHusky) return { name, manager: "husky", path: join(dirname(directory), name), firesFrom, isShared };
  return { name, manager: "hooks-path", path: firesFrom, firesFrom, isShared };
}

// Listing never fails for want of a value; the last one wins, as it does for git.
async function hooksPathScope(repository: Repository): Promise<string | null> {
  const output = await runGit(
    repository,
    ["config", "--list", "-z", "--show-scope"],
    "read the configuration",
  );
  const fields = output.toString("utf8").split("\0");
  let scope: string | null = null;
  for (let index = 0; index + 1 < fields.length; index += 2) {
    if (fields[index + 1]?.startsWith("core.hookspath\n") === true) scope = fields[index] ?? null;
  }
  return scope;
}
