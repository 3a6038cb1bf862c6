import { GitError } from "./git-error.ts";
import type { GitEnvironment } from "./process.ts";
import { openRepository } from "./repository.ts";
import type { Repository } from "./repository.ts";

/** Opens the repository around a folder; `null` where there is none with a work tree, or no git to ask. */
export async function findRepository(folder: string, env: GitEnvironment): Promise<Repository | null> {
  try {
    const repository = await openRepository(folder, env);
    return repository.isBare ? null : repository;
  } catch (error) {
    if (error instanceof GitError && isOutside(error)) return null;
    throw error;
  }
}

/** Whether git reports no repository, or is not installed. */
export function isOutside({ code }: GitError): boolean {
  return code === "GIT_NOT_A_REPOSITORY" || code === "GIT_MISSING";
}
