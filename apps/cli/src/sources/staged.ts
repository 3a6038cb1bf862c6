import { readObjectParts } from "@keywarden/git";
import type { Repository, StagedEntry } from "@keywarden/git";
import { introduced } from "@keywarden/scan";
import type { ChunkScan, Match, Place, Scanner } from "@keywarden/scan";
import { CliError } from "../cli-error.ts";
import type { Tally } from "./tally.ts";

const gitlink = "160000";
const symlink = "120000";
const absent = "000000";

/**
 * Scans what the staged entries add: keys that occur more often in the new blobs, paths and link targets than in the
 * old ones, over the whole commit, so that renames, moves and edits elsewhere in a file add nothing.
 *
 * @throws CliError CLI_INCOMPLETE when git did not deliver every blob that it listed.
 */
export async function scanStaged(
  repository: Repository,
  entries: readonly StagedEntry[],
  scanner: Scanner,
  showPath: (path: Uint8Array) => string,
  tally: Tally,
): Promise<void> {
  const matchesById = await scanBlobs(repository, scanner, idsOf(entries), tally);
  for (const { newMode, path } of entries) {
    tally.files.listed += 1;
    if (newMode === gitlink) tally.skip(showPath(path), "a submodule: its commits are another repository's");
    else tally.files.scanned += 1;
  }
  const changes = entries.flatMap((entry) => changesOf(entry, scanner, matchesById));
  for (const { entry, place, added } of withoutMoves(changes)) {
    tally.add(added, showPath(entry.path), place);
  }
}

function idsOf(entries: readonly StagedEntry[]): ReadonlySet<string> {
  return new Set(
    entries.flatMap(({ oldMode, newMode, oldId, newId, mergedIds }) =>
      [oldMode === gitlink ? null : oldId, ...(newMode === gitlink ? [] : [newId, ...mergedIds])].filter(
        (id) => id !== null,
      ),
    ),
  );
}

async function scanBlobs(
  repository: Repository,
  scanner: Scanner,
  ids: ReadonlySet<string>,
  tally: Tally,
): Promise<ReadonlyMap<string, readonly Match[]>> {
  const matchesById = new Map<string, readonly Match[]>();
  tally.blobs.listed = ids.size;
  let open: { readonly scan: ChunkScan; readonly matches: Match[] } | undefined;
  for await (const { id, sizeBytes, offsetBytes, bytes } of readObjectParts(repository, ids)) {
    const isLast = offsetBytes + bytes.length === sizeBytes;
    if (offsetBytes === 0) tally.bytes.listed += sizeBytes;
    tally.bytes.scanned += bytes.length;
    if (isLast && offsetBytes === 0) {
      matchesById.set(id, scanner.scanBytes(bytes));
    } else {
      open ??= { scan: scanner.scanChunks(), matches: [] };
      open.matches.push(...open.scan.push(bytes));
      if (!isLast) continue;
      open.matches.push(...open.scan.finish());
      matchesById.set(id, open.matches);
      open = undefined;
    }
    tally.blobs.scanned += 1;
  }
  if (matchesById.size !== ids.size) {
    throw new CliError("CLI_INCOMPLETE", `git listed ${ids.size} blobs and delivered ${matchesById.size}.`);
  }
  return matchesById;
}

/** What one place of one path gains and loses. */
interface Change {
  readonly entry: StagedEntry;
  readonly place: Place;
  readonly added: readonly Match[];
  readonly removed: readonly Match[];
}

function changesOf(
  entry: StagedEntry,
  scanner: Scanner,
  matchesById: ReadonlyMap<string, readonly Match[]>,
): readonly Change[] {
  const { oldMode, newMode, oldId, newId, mergedIds, path } = entry;
  const matchesOf = (id: string | null): readonly Match[] => (id === null ? [] : (matchesById.get(id) ?? []));
  // What several parents hold counts once, as often as the parent that holds it most.
  const before = mergedIds.reduce<readonly Match[]>(
    (known, id) => [...known, ...introduced(matchesOf(id), known)],
    matchesOf(oldId),
  );
  const inPath = scanner.scanBytes(path);
  const wasThere = oldMode !== absent || mergedIds.length > 0;
  return [
    changeOf(entry, newMode === symlink ? "link" : "content", matchesOf(newId), before),
    changeOf(entry, "path", newMode === absent ? [] : inPath, wasThere ? inPath : []),
  ];
}

function changeOf(
  entry: StagedEntry,
  place: Place,
  after: readonly Match[],
  before: readonly Match[],
): Change {
  return { entry, place, added: introduced(after, before), removed: introduced(before, after) };
}

// What one path loses and another gains has moved. Each path is settled by itself first, so that a copy is
// reported where it is new.
function withoutMoves(changes: readonly Change[]): readonly Change[] {
  let removed = changes.flatMap((change) => change.removed);
  return changes.map((change) => {
    const added = introduced(change.added, removed);
    removed = [...introduced(removed, change.added)];
    return { ...change, added };
  });
}
