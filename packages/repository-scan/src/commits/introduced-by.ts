import { GitError, readObjectBatches } from "@keywarden/git";
import type { ObjectPart, Repository, StagedEntry, UnreadObject } from "@keywarden/git";
import { introduced } from "@keywarden/scan";
import type { Match, LocationKind, Scanner, SkippedMember } from "@keywarden/scan";
import { makeObjectScan } from "../objects/object-scan.ts";
import type { ObjectScan } from "../objects/object-scan.ts";

export const gitlink = "160000";
const symlink = "120000";
const absent = "000000";

/** Notes each blob that is scanned, and what is packed in a new one and was not opened. */
export interface BlobAccount {
  readonly blobs: { listed: number; scanned: number; skipped: number };
  readonly bytes: { listed: number; scanned: number };
  onSkipped(entry: StagedEntry, part: SkippedMember): void;
}

/** What the content, name or target of one path gains and loses. */
export interface PathChange {
  readonly entry: StagedEntry;
  readonly locationKind: LocationKind;
  readonly added: readonly Match[];
  readonly removed: readonly Match[];
}

/**
 * Finds what the entries of one commit add: keys that occur more often in the new blobs, paths and link targets than in the
 * old ones, over the whole commit, so that renames, moves and edits elsewhere in a file add nothing.
 *
 * @param onUnread is told of every blob that cannot be read; the others are compared as if it held nothing.
 * @throws GitError when git itself cannot be asked.
 */
export async function introducedBy(
  repository: Repository,
  entries: readonly StagedEntry[],
  scanner: Scanner,
  onUnread: (object: UnreadObject) => void,
  account?: BlobAccount,
): Promise<readonly PathChange[]> {
  const skippedById = new Map<string, SkippedMember[]>();
  const objectScan = makeObjectScan(scanner, (id, part) => {
    skippedById.set(id, [...(skippedById.get(id) ?? []), part]);
  });
  const matchesById = await scanBlobs(repository, objectScan, idsOf(entries), onUnread, account);
  for (const entry of skippedById.size === 0 ? [] : entries) {
    for (const part of skippedById.get(entry.newId ?? "") ?? []) account?.onSkipped(entry, part);
  }
  return withoutMoves(entries.flatMap((entry) => changesOf(entry, scanner, matchesById)));
}

function idsOf(entries: readonly StagedEntry[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { oldMode, newMode, oldId, newId, mergedIds } of entries) {
    if (oldMode !== gitlink && oldId !== null) ids.add(oldId);
    if (newMode === gitlink) continue;
    if (newId !== null) ids.add(newId);
    for (const id of mergedIds) ids.add(id);
  }
  return ids;
}

async function scanBlobs(
  repository: Repository,
  scan: ObjectScan,
  ids: ReadonlySet<string>,
  onUnread: (object: UnreadObject) => void,
  account: BlobAccount | undefined,
): Promise<ReadonlyMap<string, readonly Match[]>> {
  const matchesById = new Map<string, readonly Match[]>();
  let read = 0;
  let open: ObjectPart | undefined;
  const note = (id: string, matches: readonly Match[]): void => {
    read += 1;
    if (matches.length > 0) matchesById.set(id, matches);
  };
  const lose = (object: UnreadObject): void => {
    const isOpen = open?.id === object.id;
    open = isOpen ? undefined : open;
    note(object.id, isOpen ? scan.abandon() : []);
    if (account !== undefined) account.blobs.skipped += 1;
    onUnread(object);
  };
  if (account !== undefined) account.blobs.listed = ids.size;
  for await (const parts of readObjectBatches(repository, ids, { onUnread: lose, takesAsWritten: true })) {
    for (const part of parts) {
      open = part;
      if (account !== undefined) {
        account.bytes.listed += part.bytes.length;
        account.bytes.scanned += part.bytes.length;
      }
      const matches = scan.add(part);
      if (matches === null) continue;
      open = undefined;
      note(part.id, matches);
      if (account !== undefined) account.blobs.scanned += 1;
    }
  }
  if (read !== ids.size) {
    throw new GitError("GIT_BAD_OUTPUT", `git listed ${ids.size} blobs and delivered ${read}`);
  }
  return matchesById;
}

function changesOf(
  entry: StagedEntry,
  scanner: Scanner,
  matchesById: ReadonlyMap<string, readonly Match[]>,
): readonly PathChange[] {
  const { oldMode, newMode, oldId, newId, mergedIds, path } = entry;
  const matchesOf = (id: string | null): readonly Match[] => (id === null ? [] : (matchesById.get(id) ?? []));
  // What several parents hold counts once, as often as the parent that holds it most.
  const before = mergedIds.reduce<readonly Match[]>(
    (known, id) => [...known, ...introduced(matchesOf(id), known)],
    matchesOf(oldId),
  );
  const inPath = scanner.scanBytes(path);
  const wasThere = oldMode !== absent || mergedIds.length > 0;
  // Most entries hold nothing, and there may be a hundred thousand of them.
  return [
    changeOf(entry, newMode === symlink ? "link" : "content", matchesOf(newId), before),
    changeOf(entry, "path", newMode === absent ? [] : inPath, wasThere ? inPath : []),
  ].filter(({ added, removed }) => added.length + removed.length > 0);
}

function changeOf(
  entry: StagedEntry,
  locationKind: LocationKind,
  after: readonly Match[],
  before: readonly Match[],
): PathChange {
  return { entry, locationKind, added: introduced(after, before), removed: introduced(before, after) };
}

// What one path loses and another gains has moved. Each path is settled by itself first, so that a copy is
// reported where it is new.
function withoutMoves(changes: readonly PathChange[]): readonly PathChange[] {
  let removed = changes.flatMap((change) => change.removed);
  return changes.map((change) => {
    const added = introduced(change.added, removed);
    removed = [...introduced(removed, change.added)];
    return { ...change, added };
  });
}
