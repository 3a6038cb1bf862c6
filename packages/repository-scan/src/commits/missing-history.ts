import { findCuts, GitError, isShallow } from "@keywarden/git";
import type { ObjectRange, Repository } from "@keywarden/git";
import type { Account } from "../account/account.ts";
import { unshallow } from "../account/find-remedy.ts";
import type { CloneRemedy } from "../account/find-remedy.ts";
import { ScanError } from "../scan-error.ts";

/** Notes where a range runs into the end of a shallow clone: what lies behind is not here. @throws GitError */
export async function noteCuts(
  repository: Repository,
  range: ObjectRange,
  { setting }: CloneRemedy,
  account: Account,
): Promise<void> {
  const always = setting === undefined ? "" : `; for every run: ${setting}`;
  const unread = { kind: "git", reason: `this clone is shallow${always}`, remedy: unshallow } as const;
  try {
    for (const id of await findCuts(repository, range)) {
      account.addUnread({ location: `the history before commit ${id.slice(0, 12)}`, ...unread });
    }
  } catch (error) {
    if (!(error instanceof GitError) || error.code === "GIT_MISSING") throw error;
    account.addUnread({ location: "the history before the oldest commit here", ...unread });
  }
}

/** Says that a revision does not exist, and what to do where that may be the clone's fault. */
export async function missingRevision(
  revision: string,
  repository: Repository,
  { setting }: CloneRemedy,
): Promise<ScanError> {
  const always = setting === undefined ? "" : ` (or for every run: ${setting})`;
  const remedy = (await isShallow(repository))
    ? `Get it with: ${unshallow}${always}`
    : "If it is on the remote, get it with: git fetch";
  return new ScanError("SCAN_INCOMPLETE", `There is no commit ${JSON.stringify(revision)} here. ${remedy}`);
}
