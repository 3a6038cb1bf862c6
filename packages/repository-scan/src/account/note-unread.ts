import type { Repository, UnreadObject } from "@keywarden/git";
import type { Account } from "./account.ts";
import { findRemedy } from "./find-remedy.ts";

/** Puts objects that could not be read into an account, with the command that gets them. */
export async function noteUnread(
  repository: Repository,
  objects: readonly UnreadObject[],
  { account, showPath }: { readonly account: Account; readonly showPath: (path: Uint8Array) => string },
): Promise<void> {
  if (objects.length === 0) return;
  const remedy = await findRemedy(repository);
  for (const { id, reason } of objects) {
    const location = id === "" ? "the list of objects" : `object ${id}`;
    account.addUnread({ location, kind: "git", reason: showPath(Buffer.from(reason)), remedy });
  }
}
