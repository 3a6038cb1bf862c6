import { GitError } from "./git-error.ts";
import { isObjectId, requireObjectId } from "./object-id.ts";
import { runGit } from "./process.ts";
import type { Repository } from "./repository.ts";

/** Gives the full id of the commit that a revision names, tags peeled, or null when it names none. */
export async function resolveCommit(repository: Repository, revision: string): Promise<string | null> {
  const found = revision === "" ? null : await resolveObject(repository, `${revision}^{commit}`);
  return found?.type === "commit" ? found.id : null;
}

/** Gives the object that a revision names, tags as they are, or null when it names none or several. */
export async function resolveObject(
  repository: Repository,
  revision: string,
): Promise<{ readonly id: string; readonly type: string } | null> {
  // This command would print --end-of-options, so options are rejected here.
  if (revision === "" || revision.startsWith("-") || /[\0\n]/u.test(revision)) return null;
  const output = await runGit(
    repository,
    ["cat-file", "--batch-check=%(objectname) %(objecttype)"],
    `look up ${JSON.stringify(revision)}`,
    `${revision}\n`,
  );
  const [id = "", type = "", ...more] = output.toString("utf8").trimEnd().split(" ");
  return more.length === 0 && isObjectId(id) && /^(?:commit|tag|tree|blob)$/u.test(type)
    ? { id, type }
    : null;
}

/** Whether the clone's history is cut off, so that ranges and histories cannot be complete. */
export async function isShallow(repository: Repository): Promise<boolean> {
  const answer = await runGit(repository, ["rev-parse", "--is-shallow-repository"], "ask for the depth");
  return answer.toString("utf8").trim() === "true";
}

/** Splits ids into those that are here and those that are not, in one git call and without fetching. */
export async function partitionPresent(
  repository: Repository,
  ids: readonly string[],
): Promise<{ readonly present: readonly string[]; readonly missing: readonly string[] }> {
  if (ids.length === 0) return { present: [], missing: [] };
  const input = ids.map((id) => `${id}\n`).join("");
  const output = await runGit(repository, ["cat-file", "--batch-check"], "look up objects", input);
  const lines = output.toString("latin1").split("\n");
  if (lines.length !== ids.length + 1) {
    throw new GitError("GIT_BAD_OUTPUT", `git answered ${lines.length - 1} of ${ids.length} object look-ups`);
  }
  const present: string[] = [];
  const missing: string[] = [];
  for (const [index, id] of ids.entries()) {
    (lines[index]?.endsWith(" missing") === true ? missing : present).push(id);
  }
  return { present, missing };
}

/** Tells whether `id` is, or is an ancestor of, `from`. @throws {@link GitError} */
export async function isReachable(repository: Repository, id: string, from: string): Promise<boolean> {
  const args = ["rev-list", "--max-count=1", requireObjectId(id), `^${requireObjectId(from)}`, "--"];
  return (await runGit(repository, args, "compare two commits")).length === 0;
}

/** Gives the best common ancestors of two commits; none when they share nothing. @throws {@link GitError} */
export async function findMergeBases(
  repository: Repository,
  left: string,
  right: string,
): Promise<readonly string[]> {
  // `merge-base` fails if there is none.
  const range = `${requireObjectId(left)}...${requireObjectId(right)}`;
  const output = await runGit(repository, ["rev-parse", range], "find where two commits parted");
  return output
    .toString("latin1")
    .split("\n")
    .flatMap((line) => (line.startsWith("^") ? [line.slice(1)] : []));
}
