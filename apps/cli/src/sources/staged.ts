import type { Repository, StagedEntry } from "@keywarden/git";
import type { Scanner, SkippedMember } from "@keywarden/scan";
import { gitlink, introducedBy } from "./introduced-by.ts";
import type { Tally } from "./tally.ts";

/**
 * Scans what the staged entries add: keys that occur more often in the new blobs, paths and link targets than in the
 * old ones, over the whole commit, so that renames, moves and edits elsewhere in a file add nothing.
 *
 * @throws CliError CLI_INCOMPLETE when git did not deliver every blob that it listed.
 */
export async function scanEntries(
  repository: Repository,
  entries: readonly StagedEntry[],
  scanner: Scanner,
  showPath: (path: Uint8Array) => string,
  tally: Tally,
): Promise<void> {
  const included: StagedEntry[] = [];
  for (const entry of entries) {
    const path = showPath(entry.path);
    const exclusion = tally.exclusionOf(path);
    tally.files.listed += 1;
    if (exclusion !== null) {
      tally.skip(path, exclusion);
      continue;
    }
    included.push(entry);
    if (entry.newMode === gitlink) tally.skip(path, "a submodule: its commits are another repository's");
    else tally.files.scanned += 1;
  }
  const { blobs, bytes } = tally;
  const account = {
    blobs,
    bytes,
    onSkipped: ({ path }: StagedEntry, part: SkippedMember) => tally.skipPart(showPath(path), part),
  };
  for (const { entry, place, added } of await introducedBy(repository, included, scanner, account)) {
    tally.add(added, showPath(entry.path), place);
  }
}
