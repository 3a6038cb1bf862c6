import { existsSync, lstatSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { GitError } from "./git-error.ts";
import type { GitEnvironment } from "./process.ts";
import { openRepository } from "./repository.ts";
import type { Repository } from "./repository.ts";

/**
 * Opens the repository around a folder; `null` where there is none with a work tree.
 *
 * @throws {@link GitError} GIT_MISSING or GIT_REPOSITORY_BROKEN where there is a repository that git cannot be asked about: what
 * is ignored, configured and accepted in it is then unknown.
 */
export async function findRepository(folder: string, env: GitEnvironment): Promise<Repository | null> {
  const repository = await findAnyRepository(folder, env);
  return repository === null || repository.isBare ? null : repository;
}

/** Opens the repository around a folder, also a bare one; `null` where there is none. @throws as {@link findRepository} */
export async function findAnyRepository(folder: string, env: GitEnvironment): Promise<Repository | null> {
  try {
    return await openRepository(folder, env);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const { code } = error;
    if (code !== "GIT_NOT_A_REPOSITORY" && code !== "GIT_MISSING") throw error;
    const location = lookForRepository(folder, env);
    if (location === null) return null;
    if (!existsSync(location))
      throw new GitError("GIT_REPOSITORY_BROKEN", `GIT_DIR names ${location}, which is not there`, {
        cause: error,
      });
    throw code === "GIT_MISSING"
      ? new GitError(code, `${folder} lies in the repository of ${location}, and ${error.message}`, {
          cause: error,
        })
      : new GitError(
          "GIT_REPOSITORY_BROKEN",
          `${location} exists, but git does not accept it as a repository; repair it, or remove it if it is not one`,
          { cause: error },
        );
  }
}

/** Finds without git what git would take for the repository of a folder, whole or not. */
function lookForRepository(folder: string, env: GitEnvironment): string | null {
  const named = env["GIT_DIR"] ?? "";
  if (named !== "") return resolve(folder, named);
  const ceilings = new Set(
    (env["GIT_CEILING_DIRECTORIES"] ?? "")
      .split(delimiter)
      .filter(Boolean)
      .map((path) => resolve(path)),
  );
  for (let at = resolve(folder); ; at = dirname(at)) {
    const inside = join(at, ".git");
    if (isGitFile(inside) || hasGitParts(inside)) return inside;
    // A bare repository, or the inside of one that is not.
    if (gitParts.slice(0, 3).every((name) => existsSync(join(at, name)))) return at;
    const parent = dirname(at);
    if (parent === at || ceilings.has(parent)) return null;
  }
}

const gitParts = ["HEAD", "objects", "refs", "config"];

// To git, an empty folder of this name is not a repository either.
const hasGitParts = (path: string): boolean => gitParts.some((name) => existsSync(join(path, name)));

// Submodules and linked work trees have a file that names the real location.
const isGitFile = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
