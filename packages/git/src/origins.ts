import { GitError } from "./git-error.ts";
import { isObjectId, requireObjectId } from "./object-id.ts";
import { revisionsOf } from "./object-list.ts";
import type { ObjectRange } from "./object-list.ts";
import { startGit } from "./process.ts";
import { parseRawDifferences } from "./raw-diff.ts";
import type { RawDifference } from "./raw-diff.ts";
import type { Repository } from "./repository.ts";

/** What to look for: blobs by id, and names of files or folders by their bytes. */
export interface WantedObjects {
  readonly ids: readonly string[];
  readonly names?: readonly Buffer[];
}

/** The first commit of a range where a path contains a blob. */
export interface ObjectOrigin {
  readonly id: string;
  /** Bytes as git stores them. */
  readonly path: Buffer;
  /** Octal, as in a tree: 120000 is a symbolic link. */
  readonly mode: string;
  readonly commit: string;
}

// Each id is an argument; this many stay far below every system's limit, and above it git's own filter gains nothing.
const mostFilteredIds = 200;

/**
 * Looks up where wanted blobs and names came in, oldest commit first and parents before children, merges included; each path
 * and blob together once. What the range does not introduce is absent. Costs a walk over the range's trees: call it for findings only.
 *
 * @throws {@link GitError} GIT_OBJECT_MISSING when the range is not complete here.
 */
export async function* lookUpOrigins(
  repository: Repository,
  { ids, names = [] }: WantedObjects,
  range: ObjectRange,
): AsyncGenerator<ObjectOrigin, void, undefined> {
  const wanted = new Set(ids.map(requireObjectId));
  const wantedNames = new Set(names.map((name) => name.toString("latin1")));
  if (wanted.size === 0 && wantedNames.size === 0) return;
  const revisions = await revisionsOf(repository, range);
  if (revisions === null) return;
  const walk = startGit(
    repository,
    ["rev-list", "--reverse", "--date-order", ...revisions.args],
    "list the commits of a range",
  );
  const isFiltered = wantedNames.size === 0 && wanted.size <= mostFilteredIds;
  const filters = isFiltered ? [...wanted].map((id) => `--find-object=${id}`) : [];
  const diff = startGit(
    repository,
    [...diffTree, "--stdin", "-m", "--root", ...filters],
    "look up where objects came in",
  );
  walk.child.stdout.pipe(diff.child.stdin);
  walk.child.stdin.end(revisions.input);
  const seen = new Set<string>();
  let isFinished = false;
  try {
    for await (const { header: commit, difference } of readRecords(diff.child.stdout)) {
      const { newId, path, newMode } = difference;
      if (newId === null) continue;
      const text = path.toString("latin1");
      if (!wanted.has(newId) && !text.split("/").some((name) => wantedNames.has(name))) continue;
      const place = `${newId} ${text}`;
      if (seen.has(place)) continue;
      seen.add(place);
      yield { id: newId, path, mode: newMode, commit };
    }
    await walk.ended;
    await diff.ended;
    isFinished = true;
  } finally {
    if (!isFinished) {
      walk.child.kill();
      diff.child.kill();
    }
  }
}

export const diffTree = ["diff-tree", "-r", "--raw", "-z", "--no-abbrev", "--no-renames"] as const;

/** Reads what `diff-tree --stdin -z` writes: a commit's id, then its records. A commit without any yields nothing. */
export async function* readRecords(
  stdout: AsyncIterable<Buffer>,
): AsyncGenerator<{ readonly header: string; readonly difference: RawDifference }, void, undefined> {
  let header = "";
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stdout) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    while (at < bytes.length) {
      const isRecord = bytes[at] === 0x3a;
      const fieldEnd = bytes.indexOf(0, at);
      const end = isRecord && fieldEnd !== -1 ? bytes.indexOf(0, fieldEnd + 1) : fieldEnd;
      if (end === -1) break;
      const field = bytes.subarray(at, end + 1);
      at = end + 1;
      if (!isRecord) {
        header = field.toString("latin1", 0, field.length - 1);
        if (!isObjectId(header)) throw new GitError("GIT_BAD_OUTPUT", "git wrote a difference of no commit");
        continue;
      }
      for (const difference of parseRawDifferences(field)) yield { header, difference };
    }
    rest = Buffer.from(bytes.subarray(at));
  }
  if (rest.length > 0) throw new GitError("GIT_BAD_OUTPUT", "git stopped in the middle of a difference");
}
