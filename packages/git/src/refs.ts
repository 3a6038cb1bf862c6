import { existsSync } from "node:fs";
import { join } from "node:path";
import { GitError } from "./git-error.ts";
import { isZeroId, requireObjectId } from "./object-id.ts";
import { runGit } from "./process.ts";
import type { Repository } from "./repository.ts";

export interface Ref {
  /** Full, such as `refs/heads/main`; bytes as git stores them. */
  readonly name: Buffer;
  /** Of the commit, or of the tag object where there is one. */
  readonly id: string;
}

/**
 * Lists the refs below `prefix` (all of them unless given), symbolic ones resolved.
 *
 * @param onBroken is told the name of every ref that git leaves out because it names no object.
 * @throws {@link GitError}
 */
export async function listRefs(
  repository: Repository,
  prefix = "refs/",
  onBroken?: (name: string) => void,
): Promise<readonly Ref[]> {
  const args = ["for-each-ref", "--format=%(objectname) %(refname)", "--", prefix];
  const output = await runGit(repository, args, "list the refs", "", (line) => {
    const name = /ignoring broken ref (?<name>\S+)/u.exec(line)?.groups?.["name"];
    if (name !== undefined) onBroken?.(name);
  });
  const refs: Ref[] = [];
  // A ref's name holds neither spaces nor control characters.
  for (let at = 0; at < output.length;) {
    const space = output.indexOf(0x20, at);
    const end = output.indexOf(0x0a, at);
    if (space === -1 || end === -1 || space > end) {
      throw new GitError("GIT_BAD_OUTPUT", "git listed a ref without an id");
    }
    refs.push({
      id: requireObjectId(output.toString("latin1", at, space)),
      name: output.subarray(space + 1, end),
    });
    at = end + 1;
  }
  return refs;
}

/**
 * Gives what a remote is known to have: the ids of its remote-tracking refs, tags peeled by git where it matters.
 *
 * A remote whose name another's starts with (`fork` and `fork/ci`) does not count that one's refs as its own.
 */
export async function listTrackedIds(repository: Repository, remote: string): Promise<readonly string[]> {
  // A remote that was pushed to by URL has no refs here, and a URL is not part of a ref's name.
  if (remote === "" || /[\s:?*[\\^~]|\.\.|^[./-]/u.test(remote)) return [];
  const folder = `refs/remotes/${remote}/`;
  const refs = await listRefs(repository, folder);
  if (refs.length === 0) return [];
  const names = (await runGit(repository, ["remote"], "list the remotes")).toString("utf8").split("\n");
  const others = names.filter((name) => name.startsWith(`${remote}/`)).map((name) => `refs/remotes/${name}/`);
  const own = refs.filter(({ name }) => !others.some((other) => name.toString("utf8").startsWith(other)));
  return [...new Set(own.map(({ id }) => id))];
}

/** Lists what is checked out in every work tree, detached or not. @throws {@link GitError} */
export async function listHeads(repository: Repository): Promise<readonly Ref[]> {
  const output = await runGit(repository, ["worktree", "list", "--porcelain"], "list the work trees");
  return output
    .toString("latin1")
    .split("\n")
    .flatMap((line) => {
      const id = /^HEAD (?<id>[0-9a-f]+)$/u.exec(line)?.groups?.["id"] ?? "";
      return id === "" || isZeroId(id) ? [] : [{ name: Buffer.from("HEAD"), id }];
    });
}

/**
 * Lists the commits of every entry of the stash: a ref names the newest alone, the others stand in its log.
 *
 * @throws {@link GitError}
 */
export async function listStashes(repository: Repository): Promise<readonly string[]> {
  // Most repositories have none, and to ask takes a process.
  const logs = ["logs/refs/stash", "reftable"].map((name) => join(repository.commonDirectory, name));
  if (!logs.some((path) => existsSync(path))) return [];
  const args = ["rev-list", "--walk-reflogs", "--ignore-missing", "refs/stash"];
  const output = await runGit(repository, args, "list the stashes");
  return output.toString("latin1").split("\n").filter(Boolean).map(requireObjectId);
}
