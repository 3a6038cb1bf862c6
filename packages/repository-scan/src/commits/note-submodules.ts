import { GitError, listRangeSubmodules } from "@keywarden/git";
import type { ObjectRange, Repository } from "@keywarden/git";
import type { FileScan } from "../files/scan-file.ts";

export const submoduleReason = "a submodule, whose commits are another repository's";

/** Begins to ask which submodules a range brings in; what is returned notes them as skipped, when the range has been scanned. */
export function beginSubmodules(
  repository: Repository,
  range: ObjectRange,
  { account, showPath }: Pick<FileScan, "account" | "showPath">,
): () => Promise<void> {
  const asked = listRangeSubmodules(repository, range).catch((error: unknown) => {
    if (!(error instanceof GitError)) throw error;
    return error;
  });
  // It is told when it is asked for; until then nobody listens.
  asked.catch(() => {});
  return async () => {
    const paths = await asked;
    if (paths instanceof GitError) {
      // The scan has named what is damaged, and says that it is not complete.
      if (account.isPartial) return;
      const reason = `whether there are submodules is unknown: ${showPath(Buffer.from(paths.message))}`;
      account.addUnread({ location: ".gitmodules", kind: "git", reason });
      return;
    }
    for (const path of paths) {
      const shown = showPath(path);
      account.files.listed += 1;
      account.skip(shown, account.exclusionOf(shown) ?? submoduleReason);
    }
  };
}
