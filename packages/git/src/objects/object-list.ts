import { listArrivedIds } from "../differences/arrived-range.ts";
import { GitError } from "../git-error.ts";
import { requireObjectId } from "../object-id.ts";
import type { ObjectRange } from "./object-range.ts";
import { startGit } from "../process.ts";
import { listStashes } from "../refs.ts";
import type { Repository } from "../repository.ts";
import { partitionPresent } from "../revision.ts";
import { rememberIds } from "./remembered-lists.ts";

/**
 * Lists the ids of the commits, trees, blobs and tags of a range once each, merges included, in groups as they come;
 * `cat-file` gives their types.
 *
 * @param onMissing is told of every blob and tree that is not here, and the others are listed all the same.
 * @throws {@link GitError} GIT_OBJECT_MISSING when an included id, or anything reachable from it, is not here; with
 * `onMissing` still where a commit is missing or a tree damaged.
 */
export async function* listObjectIds(
  repository: Repository,
  range: ObjectRange,
  onMissing?: (id: string) => void,
): AsyncGenerator<readonly string[], void, undefined> {
  const options = onMissing === undefined ? [] : ["--missing=print"];
  const memory = rememberIds(repository, range);
  const arrived = await listArrivedIds(repository, range);
  if (arrived !== null) {
    memory.add(arrived);
    memory.end();
    yield arrived;
    return;
  }
  let isWhole = true;
  for await (const { bytes } of listLines(repository, range, options)) {
    const ids = idsOfLines(repository, bytes, (id) => {
      isWhole = false;
      onMissing?.(id);
    });
    memory.add(ids);
    yield ids;
  }
  if (isWhole) memory.end();
}

/** What an excluded commit holds is left out even when no commit of the range is built on it, as after an amended commit. */
export const objectListArgs: readonly string[] = [
  "rev-list",
  "--objects-edge-aggressive",
  "--no-object-names",
];

/** Reads whole lines of such a list. @throws {@link GitError} */
export function idsOfLines(
  { objectFormat }: Pick<Repository, "objectFormat">,
  bytes: Buffer,
  onMissing: (id: string) => void = () => {},
): readonly string[] {
  const idLength = objectFormat === "sha256" ? 64 : 40;
  const lines = bytes.toString("latin1").split("\n");
  lines.pop();
  // A commit just outside of the range is listed with a minus before its id.
  const ids = lines.filter((line) => !line.startsWith("-") && !line.startsWith("?"));
  if (ids.some((id) => id.length !== idLength))
    throw new GitError("GIT_BAD_OUTPUT", "git listed an object without a full id");
  // They come last.
  if (ids.length < lines.length) for (const line of lines) if (line.startsWith("?")) onMissing(line.slice(1));
  return ids;
}

// Yields whole lines only.
async function* listLines(
  repository: Repository,
  range: ObjectRange,
  options: readonly string[],
): AsyncGenerator<{ readonly bytes: Buffer }, void, undefined> {
  const revisions = await revisionsOf(repository, range);
  if (revisions === null) return;
  const { child, ended } = startGit(
    repository,
    [...objectListArgs, ...options, ...revisions.args],
    "list the objects of a range",
  );
  child.stdin.end(revisions.input);
  let isFinished = false;
  try {
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const end = bytes.lastIndexOf(0x0a) + 1;
      if (end > 0) yield { bytes: bytes.subarray(0, end) };
      rest = bytes.subarray(end);
    }
    await ended;
    if (rest.length > 0) throw new GitError("GIT_BAD_OUTPUT", "git stopped in the middle of an object's id");
    isFinished = true;
  } finally {
    if (!isFinished) child.kill();
  }
}

/** How a range is named to `git rev-list`: arguments, and lines for its standard input. */
export interface Revisions {
  readonly args: readonly string[];
  readonly input: string;
}

/** Gives the words that name a range to git, or null when it includes nothing. */
export async function revisionsOf(repository: Repository, range: ObjectRange): Promise<Revisions | null> {
  const stashes = range.everything === true ? await listStashes(repository) : [];
  const include = [...range.include, ...stashes].map(requireObjectId);
  const exclude = range.exclude.map(requireObjectId);
  if (include.length === 0 && range.everything !== true) return null;
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
  return {
    args: range.everything === true ? ["--all", "--stdin"] : ["--stdin"],
    input: [...include, ...known.map((id) => `^${id}`)].map((line) => `${line}\n`).join(""),
  };
}
