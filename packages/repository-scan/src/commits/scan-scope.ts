import { countObjects, GitError } from "@keywarden/git";
import type { Repository } from "@keywarden/git";
import { findRemedy } from "../account/find-remedy.ts";
import type { FoundScope } from "./find-scope.ts";
import { scanHistory, type HistoryScan } from "./history.ts";
import { noteCuts } from "./missing-history.ts";
import { beginSubmodules } from "./note-submodules.ts";

/** Receives how many objects are done, and of how many if known. */
export type OnObjects = (done: number, total: number | null) => void;

/**
 * Scans what a scope holds. What the clone lacks, because it is shallow, partial or damaged, is in the account with the
 * command that gets it.
 *
 * @param onObjects absent: nobody waits for the scan, so the objects are not counted beforehand.
 * @throws GitError when git itself cannot be asked.
 */
export async function scanScope(
  repository: Repository,
  scope: FoundScope,
  scan: Omit<HistoryScan, "onProgress">,
  onObjects?: OnObjects,
): Promise<void> {
  const { account, showPath } = scan;
  account.scope = scope.label;
  await noteCuts(repository, scope.range, scope.remedy, account);
  for (const name of scope.brokenRefs) {
    const reason = "the ref names no object";
    account.addUnread({
      location: showPath(Buffer.from(name)),
      kind: "git",
      reason,
      remedy: "git fsck --full",
    });
  }
  const noteSubmodules = beginSubmodules(repository, scope.range, scan);
  const isCounted = onObjects !== undefined && scope.range.everything === true;
  const total = isCounted ? await countObjects(repository) : null;
  try {
    await scanHistory(repository, scope, { ...scan, onProgress: (objects) => onObjects?.(objects, total) });
  } catch (error) {
    if (!(error instanceof GitError) || error.code === "GIT_MISSING") throw error;
    // What was found before is reported all the same.
    const reason = showPath(Buffer.from(error.message));
    const remedy = await findRemedy(repository);
    account.addUnread({ location: "the rest of the range", kind: "git", reason, remedy });
  }
  await noteSubmodules();
}
