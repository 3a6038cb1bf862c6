import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { GitError } from "./git-error.ts";
import { isObjectId, isZeroId } from "./object-id.ts";
import type { ObjectRange } from "./objects/object-range.ts";
import { runGit } from "./process.ts";
import { listRefs } from "./refs.ts";
import type { Repository } from "./repository.ts";
import { partitionPresent } from "./revision.ts";

/** One line that git writes to a pre-receive hook. */
export interface ReceivedRef {
  /** Full, such as `refs/heads/main`; one character a byte. */
  readonly name: string;
  /** Null when the ref is new. */
  readonly oldId: string | null;
  /** Null when the ref is deleted. */
  readonly newId: string | null;
}

/** Reads what git writes to a pre-receive hook. @throws {@link GitError} GIT_BAD_OUTPUT for a line of another form. */
export function parseReceived(text: string): readonly ReceivedRef[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [oldId = "", newId = "", name = "", ...more] = line.split(" ");
      if (!isObjectId(oldId) || !isObjectId(newId) || name === "" || more.length > 0) {
        throw new GitError("GIT_BAD_OUTPUT", "git's list of what is pushed cannot be read");
      }
      return { name, oldId: isZeroId(oldId) ? null : oldId, newId: isZeroId(newId) ? null : newId };
    });
}

/**
 * Gives the range that a push adds to a repository: what its new values reach and neither a ref of the repository nor
 * one of its alternates does. The refs are those from before the push, which git moves only after the hook.
 */
export async function rangeOfReceived(
  repository: Repository,
  refs: readonly ReceivedRef[],
): Promise<ObjectRange> {
  const include = new Set(refs.flatMap(({ newId }) => newId ?? []));
  if (include.size === 0) return { include: [], exclude: [] };
  const [refsBefore, ofAlternates] = await Promise.all([listRefs(repository), listAlternateIds(repository)]);
  const exclude = new Set([...refsBefore.map(({ id }) => id), ...ofAlternates]);
  return { include: [...include], exclude: [...exclude] };
}

// A pool that forks share has their common history. Where its refs cannot be listed, more is in the range, never less.
async function listAlternateIds(repository: Repository): Promise<readonly string[]> {
  if (!hasAlternates(repository)) return [];
  const args = ["rev-list", "--no-walk", "--alternate-refs", "--ignore-missing"];
  try {
    const output = await runGit(repository, args, "list the refs of the alternates");
    return output.toString("latin1").split("\n").filter(isObjectId);
  } catch (error) {
    if (error instanceof GitError && error.code !== "GIT_MISSING") return [];
    throw error;
  }
}

// To a hook git names the repository's own objects as an alternate of the quarantine.
function hasAlternates({ commonDirectory, env }: Repository): boolean {
  const own = join(commonDirectory, "objects");
  const named = (env["GIT_ALTERNATE_OBJECT_DIRECTORIES"] ?? "").split(delimiter);
  const isForeign = named.some((path) => path !== "" && resolve(path) !== own);
  return isForeign || existsSync(join(own, "info", "alternates"));
}

/** What arrived with a push, as git keeps it apart until the hook has decided. */
export interface ReceivedObjects {
  readonly ids: ReadonlySet<string>;
  /** Those of the ids that the repository had before, which a push may send again. */
  readonly known: ReadonlySet<string>;
}

/**
 * Lists every object in the quarantine of a push, reachable or not; null where nothing says where that is, so that what
 * arrived is unknown.
 *
 * @param expected are the ids that need not be looked for in the repository
 */
export async function listReceived(
  repository: Repository,
  expected: ReadonlySet<string>,
): Promise<ReceivedObjects | null> {
  const quarantine = quarantineOf(repository);
  if (quarantine === null) return null;
  const { GIT_ALTERNATE_OBJECT_DIRECTORIES: _shared, ...own } = repository.env;
  const apart = { ...repository, env: { ...own, GIT_OBJECT_DIRECTORY: quarantine } };
  const args = ["cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)"];
  const output = await runGit(apart, args, "list the objects that were received");
  const ids = new Set(output.toString("latin1").split("\n").filter(isObjectId));
  const { GIT_OBJECT_DIRECTORY: _quarantine, GIT_QUARANTINE_PATH: _path, ...before } = own;
  const unexpected = [...ids].filter((id) => !expected.has(id));
  const { present } = await partitionPresent({ ...repository, env: before }, unexpected);
  return { ids, known: new Set(present) };
}

// git names it twice; of the two, GitLab passes the object directory alone on to its server hooks.
function quarantineOf({ commonDirectory, env }: Repository): string | null {
  const named = env["GIT_QUARANTINE_PATH"] ?? "";
  if (named !== "") return named;
  const objects = env["GIT_OBJECT_DIRECTORY"] ?? "";
  return objects === "" || resolve(objects) === join(commonDirectory, "objects") ? null : objects;
}
