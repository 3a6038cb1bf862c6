import { GitError } from "./git-error.ts";
import { isObjectId, isZeroId } from "./object-id.ts";
import type { ObjectRange } from "./objects/object-range.ts";
import { listTrackedIds } from "./refs.ts";
import type { Repository } from "./repository.ts";

/** One line that git writes to a pre-push hook. */
export interface PushedRef {
  /** As the user named it: a ref, or anything such as `HEAD~1`. */
  readonly localRef: string;
  /** Null when the remote ref is deleted. */
  readonly localId: string | null;
  readonly remoteRef: string;
  /** Null when the remote has no such ref yet. */
  readonly remoteId: string | null;
}

/** Reads what git writes to a pre-push hook. @throws {@link GitError} GIT_BAD_OUTPUT for a line of another form. */
export function parsePush(text: string): readonly PushedRef[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      // Only the first field can hold spaces, as `:/some words` does.
      const fields = /^(?<localRef>.*) (?<local>[0-9a-f]+) (?<remoteRef>\S+) (?<remote>[0-9a-f]+)\r?$/su.exec(
        line,
      )?.groups;
      const { localRef = "", local = "", remoteRef = "", remote = "" } = fields ?? {};
      if (!isObjectId(local) || !isObjectId(remote)) {
        throw new GitError("GIT_BAD_OUTPUT", "git's list of what is pushed cannot be read");
      }
      return { localRef, localId: presentId(local), remoteRef, remoteId: presentId(remote) };
    });
}

/**
 * Gives the range that a push sends: everything that the remote is not known to have.
 *
 * Known are the pushed refs' old values and all remote-tracking refs of that remote; those that are not here (somebody else
 * has pushed) exclude nothing, so more is in the range, never less.
 */
export async function rangeOfPush(
  repository: Repository,
  refs: readonly PushedRef[],
  remote: string,
): Promise<ObjectRange> {
  const include = new Set(refs.flatMap(({ localId }) => localId ?? []));
  if (include.size === 0) return { include: [], exclude: [] };
  const exclude = new Set(refs.flatMap(({ remoteId }) => remoteId ?? []));
  for (const id of await listTrackedIds(repository, remote)) exclude.add(id);
  return { include: [...include], exclude: [...exclude] };
}

const presentId = (id: string): string | null => (isZeroId(id) ? null : id);
