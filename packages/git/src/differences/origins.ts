import { requireObjectId } from "../object-id.ts";
import type { ObjectRange } from "../objects/object-range.ts";
import type { Repository } from "../repository.ts";
import type { ObjectOrigin } from "./object-origin.ts";
import { findNotedOrigins, readTreeLinks } from "./noted-origins.ts";
import type { TreeNotes } from "./tree-notes.ts";
import { walkDifferences } from "./walk-differences.ts";

/** What to look for: blobs by id, and names of files or folders by their bytes. */
export interface WantedObjects {
  readonly ids: readonly string[];
  readonly names?: readonly Buffer[];
  /** The commits that an earlier look-up of the same in the same range gave, in its order; absent: nobody knows them. */
  readonly commits?: readonly string[] | undefined;
  /** What was noted of the trees of the range when they were read; absent: nothing was. */
  readonly notes?: TreeNotes | undefined;
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
  { ids, names = [], commits, notes }: WantedObjects,
  range: ObjectRange,
): AsyncGenerator<ObjectOrigin, void, undefined> {
  const wanted = new Set(ids.map(requireObjectId));
  const wantedNames = new Set(names.map((name) => name.toString("latin1")));
  if (wanted.size === 0 && wantedNames.size === 0) return;
  const isFiltered = wantedNames.size === 0 && wanted.size <= mostFilteredIds;
  const noted = wantedNames.size === 0 ? (notes?.take(ids) ?? null) : null;
  // What a range excludes may hold it already; and a walk that git filters costs no more than reading all trees.
  if (commits === undefined && range.exclude.length === 0) {
    const links = noted ?? (isFiltered ? null : await readTreeLinks(repository, wanted, names));
    const origins = links === null ? null : await findNotedOrigins(repository, links, range);
    if (origins !== null) {
      yield* origins;
      return;
    }
  }
  const seen = new Set<string>();
  const differences = walkDifferences(repository, range, {
    order: "--date-order",
    ...(commits === undefined ? {} : { commits }),
    filters: isFiltered ? [...wanted].map((id) => `--find-object=${id}`) : [],
    doing: "look up where objects came in",
  });
  for await (const { header: commit, difference } of differences) {
    const { newId, path, newMode } = difference;
    if (newId === null) continue;
    const isNamed = wantedNames.size > 0 && hasName(path, wantedNames);
    if (!isNamed && !wanted.has(newId)) continue;
    const text = path.toString("latin1");
    const occurrence = `${newId} ${text}`;
    if (seen.has(occurrence)) continue;
    seen.add(occurrence);
    yield { id: newId, path, mode: newMode, commit };
  }
}

const hasName = (path: Buffer, names: ReadonlySet<string>): boolean =>
  path
    .toString("latin1")
    .split("/")
    .some((name) => names.has(name));
