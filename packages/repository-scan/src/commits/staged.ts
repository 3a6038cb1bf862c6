import { GitError, listIndex } from "@keywarden/git";
import type { Repository, StagedEntry, UnreadObject } from "@keywarden/git";
import type { SkippedMember, Unread } from "@keywarden/scan";
import type { FileScan } from "../files/scan-file.ts";
import { gitlink, introducedBy } from "./introduced-by.ts";
import { submoduleReason } from "./note-submodules.ts";

/** What is staged, and what could not be compared with it. */
export interface StagedChanges {
  readonly entries: readonly StagedEntry[];
  readonly unread: readonly Unread[];
}

/**
 * Lists all that the index holds as new, where what HEAD holds cannot be compared with it.
 *
 * @param error why not; anything but an unreadable HEAD is thrown again
 */
export async function listUncompared(repository: Repository, error: unknown): Promise<StagedChanges> {
  if (!(error instanceof GitError) || error.code === "GIT_MISSING") throw error;
  const entries = await listIndex(repository);
  const reason = "what HEAD holds cannot be read, so everything staged counts as new";
  return { entries, unread: [{ location: "HEAD", kind: "git", reason, remedy: "git fsck --full" }] };
}

/**
 * Scans what the staged entries add: keys that occur more often in the new blobs, paths and link targets than in the
 * old ones, over the whole commit, so that renames, moves and edits elsewhere in a file add nothing. A blob that cannot be
 * read is in the account.
 *
 * @throws GitError when git itself cannot be asked.
 */
export async function scanChanges(
  repository: Repository,
  { entries, unread }: StagedChanges,
  { scanner, showPath, account }: FileScan,
): Promise<void> {
  for (const one of unread) account.addUnread(one);
  const included: StagedEntry[] = [];
  for (const entry of entries) {
    const path = showPath(entry.path);
    const exclusion = account.exclusionOf(path);
    account.files.listed += 1;
    if (exclusion !== null) {
      account.skip(path, exclusion);
      continue;
    }
    included.push(entry);
    if (entry.newMode === gitlink) account.skip(path, submoduleReason);
    else account.files.scanned += 1;
  }
  const lost: UnreadObject[] = [];
  const { blobs, bytes } = account;
  const onSkipped = ({ path }: StagedEntry, part: SkippedMember): void =>
    account.skipPart(showPath(path), part);
  const changes = await introducedBy(repository, included, scanner, (object) => lost.push(object), {
    blobs,
    bytes,
    onSkipped,
  });
  for (const { entry, locationKind, added } of changes)
    account.add(added, showPath(entry.path), locationKind);
  if (lost.length > 0) await noteLostBlobs(repository, included, lost, { showPath, account });
}

async function noteLostBlobs(
  repository: Repository,
  entries: readonly StagedEntry[],
  lost: readonly UnreadObject[],
  { showPath, account }: Pick<FileScan, "showPath" | "account">,
): Promise<void> {
  const { findRemedy } = await import("../account/find-remedy.ts");
  const remedy = await findRemedy(repository);
  for (const { id, reason } of lost) {
    const holders = entries.filter(
      ({ oldId, newId, mergedIds }) => oldId === id || newId === id || mergedIds.includes(id),
    );
    for (const { path, newId } of holders) {
      const which = newId === id ? "what is staged" : "what it held before";
      account.addUnread({
        location: showPath(path),
        kind: "file",
        reason: `${which}, object ${id}, ${reason}`,
        remedy,
      });
    }
  }
}
