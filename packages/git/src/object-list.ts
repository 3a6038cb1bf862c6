import { GitError } from "./git-error.ts";
import { requireObjectId } from "./object-id.ts";
import { startGit } from "./process.ts";
import type { Repository } from "./repository.ts";
import { partitionPresent } from "./revision.ts";

/** Everything reachable from `include` and not from `exclude`; full ids of commits or tags. */
export interface ObjectRange {
  readonly include: readonly string[];
  /** Ids that are not here are left out, which lists more, never less. */
  readonly exclude: readonly string[];
}

export interface ListedObject {
  readonly id: string;
  /**
   * The first path found, for a person to read: null for commits and root trees, a tag's name for tags, and cut at a line break.
   * Read names from tree objects when they matter.
   */
  readonly path: Buffer | null;
}

/**
 * Lists the commits, trees, blobs and tags of a range once each, merges included; `cat-file` tells their types.
 *
 * @throws {@link GitError} GIT_OBJECT_MISSING when an included id, or anything reachable from it, is not here.
 */
export async function* listObjects(
  repository: Repository,
  range: ObjectRange,
): AsyncGenerator<ListedObject, void, undefined> {
  const revisions = await revisionLines(repository, range);
  if (revisions === null) return;
  const { child, ended } = startGit(
    repository,
    ["rev-list", "--objects", "--stdin"],
    "list the objects of a range",
  );
  child.stdin.end(revisions);
  let isFinished = false;
  try {
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let at = 0;
      for (let lineEnd = bytes.indexOf(0x0a); lineEnd !== -1; lineEnd = bytes.indexOf(0x0a, at)) {
        yield listedObject(bytes.subarray(at, lineEnd), repository.objectFormat === "sha256" ? 64 : 40);
        at = lineEnd + 1;
      }
      rest = bytes.subarray(at);
    }
    await ended;
    if (rest.length > 0) throw new GitError("GIT_BAD_OUTPUT", "git stopped in the middle of an object's id");
    isFinished = true;
  } finally {
    if (!isFinished) child.kill();
  }
}

/** Gives the lines that name a range on git's standard input, or null when it includes nothing. */
export async function revisionLines(repository: Repository, range: ObjectRange): Promise<string | null> {
  const include = range.include.map(requireObjectId);
  const exclude = range.exclude.map(requireObjectId);
  if (include.length === 0) return null;
  const { missing } = await partitionPresent(repository, [...include, ...exclude]);
  const absent = new Set(missing);
  const lost = include.find((id) => absent.has(id));
  if (lost !== undefined) {
    throw new GitError(
      "GIT_OBJECT_MISSING",
      `object ${lost} is not in ${repository.directory}, so its range is unknown`,
    );
  }
  const known = exclude.filter((id) => !absent.has(id));
  return [...include, ...known.map((id) => `^${id}`)].map((line) => `${line}\n`).join("");
}

function listedObject(line: Buffer, idLength: number): ListedObject {
  const id = line.toString("latin1", 0, idLength);
  if (
    id.length !== idLength ||
    !/^[0-9a-f]+$/u.test(id) ||
    (line.length > idLength && line[idLength] !== 0x20)
  ) {
    throw new GitError("GIT_BAD_OUTPUT", "git listed an object without a full id");
  }
  return { id, path: line.length > idLength + 1 ? line.subarray(idLength + 1) : null };
}
