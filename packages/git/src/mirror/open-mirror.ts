import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { GitError } from "../git-error.ts";
import type { GitEnvironment } from "../process.ts";
import type { Repository } from "../repository.ts";

/**
 * Opens a bare repository that this package made or that stands at the very directory, without asking git where it is.
 *
 * @throws {@link GitError} GIT_NOT_A_REPOSITORY
 */
export function openMirror(mirror: string, env: GitEnvironment): Repository {
  const directory = resolve(mirror);
  return {
    directory,
    gitDirectory: directory,
    commonDirectory: directory,
    isBare: true,
    objectFormat: /^\s*objectFormat\s*=\s*sha256\s*$/imu.test(readConfig(directory)) ? "sha256" : "sha1",
    env,
  };
}

function readConfig(directory: string): string {
  try {
    return readFileSync(join(directory, "config"), "utf8");
  } catch (cause) {
    throw new GitError("GIT_NOT_A_REPOSITORY", `${directory} is not a bare repository`, { cause });
  }
}
