import { findPromisor, isShallow } from "@keywarden/git";
import type { Repository } from "@keywarden/git";

/** How a clone is completed where a CI system has a setting for it. */
export interface CloneRemedy {
  readonly setting?: string;
}

/** The command that completes a shallow clone. */
export const unshallow = "git fetch --unshallow";

/** Gives the command that gets objects which are not here, or that shows what is lost. @throws GitError */
export async function findRemedy(repository: Repository): Promise<string> {
  const remote = await findPromisor(repository);
  if (remote !== null) return `git fetch --refetch --no-filter ${remote}`;
  return (await isShallow(repository)) ? unshallow : "git fsck --full";
}
