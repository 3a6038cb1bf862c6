import { GitError } from "./git-error.ts";
import { isObjectId, requireObjectId } from "./object-id.ts";
import { askKept } from "./objects/kept-reader.ts";
import { runGit } from "./process.ts";
import type { Repository } from "./repository.ts";

/** Gives the full id of the commit that a revision names, tags peeled, or null when it names none. */
export async function resolveCommit(repository: Repository, revision: string): Promise<string | null> {
  const found = revision === "" ? null : await resolveObject(repository, `${revision}^{commit}`);
  return found?.type === "commit" ? found.id : null;
}

export interface ResolvedObject {
  readonly id: string;
  readonly type: string;
}

// What a full id leads to never changes, and a process for each question is what a small range costs most.
const resolved = new WeakMap<Repository, Map<string, ResolvedObject>>();
const present = new WeakMap<Repository, Set<string>>();

/** Gives the object that a revision names, tags as they are, or null when it names none or several. */
export async function resolveObject(
  repository: Repository,
  revision: string,
): Promise<ResolvedObject | null> {
  if (!isObjectId(revision.replace(/\^\{commit\}$/u, ""))) return askFor(repository, revision);
  const known = resolvedIn(repository);
  const found = known.get(revision) ?? (await askFor(repository, revision));
  if (found !== null) known.set(revision, found);
  return found;
}

function resolvedIn(repository: Repository): Map<string, ResolvedObject> {
  const known = resolved.get(repository) ?? new Map<string, ResolvedObject>();
  resolved.set(repository, known);
  return known;
}

async function askFor(repository: Repository, revision: string): Promise<ResolvedObject | null> {
  // This command would print --end-of-options, so options are rejected here.
  if (revision === "" || revision.startsWith("-") || /[\0\n]/u.test(revision)) return null;
  const kept = await askKept(repository, "info", [revision]);
  const [found] = kept ?? [];
  if (kept !== null) return found ? { id: found.id, type: found.type } : null;
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

export interface Partition {
  readonly present: readonly string[];
  readonly missing: readonly string[];
}

/**
 * Splits ids into those that are here and those that are not, in one git call and without fetching. What was seen here
 * once is not asked for again: a git that is told to read it afterwards says when it is gone.
 */
export async function partitionPresent(repository: Repository, ids: readonly string[]): Promise<Partition> {
  const known = present.get(repository) ?? new Set<string>();
  present.set(repository, known);
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length === 0) return { present: ids, missing: [] };
  const asked = await askWhich(repository, unknown);
  for (const id of asked.present) known.add(id);
  const absent = new Set(asked.missing);
  return { present: ids.filter((id) => !absent.has(id)), missing: asked.missing };
}

async function askWhich(repository: Repository, ids: readonly string[]): Promise<Partition> {
  const kept = await askKept(repository, "info", ids);
  if (kept !== null) {
    for (const found of kept)
      if (found?.type === "commit")
        resolvedIn(repository).set(`${found.id}^{commit}`, { id: found.id, type: "commit" });
    return {
      present: ids.filter((_, index) => kept[index] !== null),
      missing: ids.filter((_, index) => kept[index] === null),
    };
  }
  const input = ids.map((id) => `${id}\n`).join("");
  const output = await runGit(repository, ["cat-file", "--batch-check"], "look up objects", input);
  const lines = output.toString("latin1").split("\n");
  if (lines.length !== ids.length + 1) {
    throw new GitError("GIT_BAD_OUTPUT", `git answered ${lines.length - 1} of ${ids.length} object look-ups`);
  }
  const isMissing = (index: number): boolean => lines[index]?.endsWith(" missing") === true;
  for (const [index, id] of ids.entries())
    // A commit is what it leads to, and whoever asks whether it is here often asks that next.
    if (lines[index]?.startsWith(`${id} commit `) === true)
      resolvedIn(repository).set(`${id}^{commit}`, { id, type: "commit" });
  return {
    present: ids.filter((_, index) => !isMissing(index)),
    missing: ids.filter((_, index) => isMissing(index)),
  };
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
