import { GitError } from "./git-error.ts";
import { requireObjectId } from "./object-id.ts";
import { revisionLines } from "./object-list.ts";
import type { ObjectRange } from "./object-list.ts";
import { readObjects } from "./objects.ts";
import { runGit } from "./process.ts";
import { parseRawDifferences } from "./raw-diff.ts";
import type { Repository } from "./repository.ts";

/** The first commit of a range in which an object appears. */
export interface ObjectOrigin {
  readonly commit: string;
  /** Bytes as git stores them. */
  readonly path: Buffer;
  readonly authorName: string;
  readonly authorEmail: string;
  readonly authoredAtMs: number;
}

// Each id is an argument; this many stay far below every system's limit.
const idsPerCall = 200;

/**
 * Looks up which commit of a range brought each blob in, parents before children, merges included; ids that the range does
 * not bring in are absent from the answer. Costs a walk over the range's trees: ask for findings only.
 *
 * @throws {@link GitError} GIT_OBJECT_MISSING when the range is not complete here.
 */
export async function lookUpOrigins(
  repository: Repository,
  ids: readonly string[],
  range: ObjectRange,
): Promise<ReadonlyMap<string, ObjectOrigin>> {
  const wanted = [...new Set(ids.map(requireObjectId))];
  const revisions = wanted.length === 0 ? null : await revisionLines(repository, range);
  if (revisions === null) return new Map();
  const walk = ["rev-list", "--reverse", "--topo-order", "--stdin"];
  const commits = await runGit(repository, walk, "list the commits of a range", revisions);
  const places = new Map<string, { readonly commit: string; readonly path: Buffer }>();
  for (let at = 0; at < wanted.length; at += idsPerCall) {
    const group = wanted.slice(at, at + idsPerCall);
    for (const [id, place] of await findPlaces(repository, commits, group)) places.set(id, place);
  }
  const authors = await readAuthors(repository, new Set([...places.values()].map(({ commit }) => commit)));
  const origins = new Map<string, ObjectOrigin>();
  for (const [id, place] of places) {
    const author = authors.get(place.commit);
    if (author !== undefined) origins.set(id, { ...place, ...author });
  }
  return origins;
}

async function findPlaces(
  repository: Repository,
  commits: Buffer,
  ids: readonly string[],
): Promise<ReadonlyMap<string, { readonly commit: string; readonly path: Buffer }>> {
  const args = ["diff-tree", "--stdin", "-r", "-m", "--root", "--raw", "-z", "--no-abbrev", "--no-renames"];
  const wanted = new Set(ids);
  const output = await runGit(
    repository,
    [...args, ...ids.map((id) => `--find-object=${id}`)],
    "look up where objects came in",
    commits,
  );
  const places = new Map<string, { readonly commit: string; readonly path: Buffer }>();
  let commit = "";
  for (let at = 0; at < output.length;) {
    const isRecord = output[at] === 0x3a;
    const fieldEnd = output.indexOf(0, at);
    const end = isRecord && fieldEnd !== -1 ? output.indexOf(0, fieldEnd + 1) : fieldEnd;
    if (end === -1)
      throw new GitError("GIT_BAD_OUTPUT", `git stopped in the middle of a record at byte ${at}`);
    const field = output.subarray(at, end + 1);
    at = end + 1;
    if (!isRecord) {
      commit = requireObjectId(field.toString("latin1", 0, field.length - 1));
      continue;
    }
    const [difference] = parseRawDifferences(field);
    const id = difference?.newId ?? null;
    if (difference !== undefined && id !== null && wanted.has(id) && !places.has(id)) {
      places.set(id, { commit, path: difference.path });
    }
  }
  return places;
}

async function readAuthors(
  repository: Repository,
  commits: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Pick<ObjectOrigin, "authorName" | "authorEmail" | "authoredAtMs">>> {
  const authors = new Map<string, Pick<ObjectOrigin, "authorName" | "authorEmail" | "authoredAtMs">>();
  for await (const { id, bytes } of readObjects(repository, commits)) {
    const line = /^author (?<name>.*?) ?<(?<email>[^>\n]*)> (?<seconds>-?\d+)/mu.exec(
      bytes.toString("utf8"),
    )?.groups;
    authors.set(id, {
      authorName: line?.["name"] ?? "",
      authorEmail: line?.["email"] ?? "",
      authoredAtMs: Number(line?.["seconds"] ?? 0) * 1000,
    });
  }
  return authors;
}
