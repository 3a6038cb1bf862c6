import { GitError, openRepository, resolveCommit } from "@keywarden/git";
import type { Terminal } from "./terminal.ts";

/** Gives the id of the commit that is checked out; `null` where there is none. */
export async function checkedOutCommit({ directory, env }: Terminal): Promise<string | null> {
  try {
    return await resolveCommit(await openRepository(directory, env), "HEAD");
  } catch (error) {
    // Files outside a repository are of no commit; whatever else is wrong with git, the findings stand.
    if (error instanceof GitError) return null;
    throw error;
  }
}
