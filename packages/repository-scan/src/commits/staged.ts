import type { Repository, StagedEntry } from "@keywarden/git";
import type { Scanner, SkippedMember } from "@keywarden/scan";
import { gitlink, introducedBy } from "./introduced-by.ts";
import type { Account } from "../account/account.ts";

/**
 * Scans what the staged entries add: keys that occur more often in the new blobs, paths and link targets than in the
 * old ones, over the whole commit, so that renames, moves and edits elsewhere in a file add nothing.
 *
 * @throws ScanError SCAN_INCOMPLETE when git did not deliver every blob that it listed.
 */
export async function scanEntries(
  repository: Repository,
  entries: readonly StagedEntry[],
  scanner: Scanner,
  showPath: (path: Uint8Array) => string,
  account: Account,
): Promise<void> {
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
    if (entry.newMode === gitlink) account.skip(path, "a submodule: its commits are another repository's");
    else account.files.scanned += 1;
  }
  const { blobs, bytes } = account;
  const blobAccount = {
    blobs,
    bytes,
    onSkipped: ({ path }: StagedEntry, part: SkippedMember) => account.skipPart(showPath(path), part),
  };
  for (const { entry, place, added } of await introducedBy(repository, included, scanner, blobAccount)) {
    account.add(added, showPath(entry.path), place);
  }
}
