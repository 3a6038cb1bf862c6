import { GitError, listObjectIds, readObjectBatches, readTree, walkObjects } from "@keywarden/git";
import type { ObjectIds, ObjectPart, ObjectRange, Repository, UnreadObject } from "@keywarden/git";
import type { Match, Scanner, SkippedMember } from "@keywarden/scan";
import { ObjectCounts } from "../account/account.ts";
import { makeObjectScan } from "./object-scan.ts";

export interface RangeScan {
  readonly scanner: Scanner;
  /** Gives those of an object's matches that are worth looking up. */
  readonly triage: (matches: readonly Match[]) => readonly Match[];
  /** Is told how many objects are done; it begins again where git's list breaks off. */
  readonly onProgress?: (objects: number) => void;
  /** Is told which objects are listed, in groups as they come; where the list breaks off, some twice. */
  readonly onListed?: (ids: readonly string[]) => void;
}

/** What stands in the header or message of a commit or tag. */
export interface TextMatches {
  readonly type: "commit" | "tag";
  readonly matches: readonly Match[];
}

/** What the objects of a range hold, by where git keeps it. */
export interface RangeMatches {
  /** By the blob's id. */
  readonly blobs: ReadonlyMap<string, readonly Match[]>;
  /** Names of files and folders with matches, by their bytes as latin1. */
  readonly names: ReadonlyMap<string, Buffer>;
  /** Commits and tags with matches, by id. */
  readonly texts: ReadonlyMap<string, TextMatches>;
  /** What is packed in blobs and was not opened, by the blob's id. */
  readonly unopened: ReadonlyMap<string, readonly SkippedMember[]>;
  readonly counts: ObjectCounts;
  /** Objects that are listed and not here, or damaged. What those that are trees or commits lead to is unknown. */
  readonly unread: readonly UnreadObject[];
  /** Whether git could not list the range, so that its history cannot be asked for either. */
  readonly isBroken: boolean;
}

/**
 * Scans every object of a range once: blobs, names in trees, commit and tag texts. An object that cannot be read hides
 * nothing but itself and what only it leads to.
 *
 * @throws GitError when git itself cannot be asked.
 */
export async function scanRange(
  repository: Repository,
  range: ObjectRange,
  scan: RangeScan,
): Promise<RangeMatches> {
  try {
    return await scanListed(repository, scan, (onUnread) =>
      listObjectIds(repository, range, (id) => onUnread({ id, reason: "is not here" })),
    );
  } catch (error) {
    if (!(error instanceof GitError) || error.code === "GIT_MISSING" || error.code === "GIT_BAD_INPUT") {
      throw error;
    }
    const listed = await scanListed(repository, scan, (onUnread) =>
      walkObjects(repository, range, { onUnread }),
    );
    // git saw something that we did not.
    const unseen = { id: "", reason: `cannot be listed: ${error.message}` };
    return { ...listed, isBroken: true, unread: listed.unread.length > 0 ? listed.unread : [unseen] };
  }
}

type OnUnread = (object: UnreadObject) => void;

async function scanListed(
  repository: Repository,
  { scanner, triage, onProgress = () => {}, onListed = () => {} }: RangeScan,
  list: (onUnread: OnUnread) => Exclude<ObjectIds, Iterable<string>>,
): Promise<RangeMatches> {
  const blobs = new Map<string, readonly Match[]>();
  const names = new Map<string, Buffer>();
  const texts = new Map<string, TextMatches>();
  const unopened = new Map<string, SkippedMember[]>();
  const counts = new ObjectCounts();
  const unread = new Map<string, UnreadObject>();
  let listed = 0;
  let scanned = 0;
  let lost = 0;
  let open: ObjectPart | undefined;
  let tree: Buffer[] = [];
  const scanPart = makeObjectScan(scanner, (id, part) => {
    unopened.set(id, [...(unopened.get(id) ?? []), part]);
  });
  const note = (id: string, matches: readonly Match[]): void => {
    const worth = triage(matches);
    if (worth.length > 0) blobs.set(id, worth);
  };
  const lose = (object: UnreadObject): void => {
    unread.set(object.id, object);
    lost += 1;
    if (open?.id !== object.id) return;
    counts.lose(open.type, open.sizeBytes);
    if (open.type === "blob") note(open.id, scanPart.abandon());
    open = undefined;
  };
  const ids = async function* (): AsyncGenerator<readonly string[]> {
    const missing = (object: UnreadObject): void => void unread.set(object.id, object);
    for await (const group of list(missing)) {
      const ids = typeof group === "string" ? [group] : group;
      listed += ids.length;
      onListed(ids);
      yield ids;
    }
  };
  for await (const parts of readObjectBatches(repository, ids(), { onUnread: lose })) {
    for (const part of parts) {
      const { id, type, offsetBytes, sizeBytes, bytes } = part;
      if (offsetBytes === 0) {
        open = part;
        tree = [];
        counts.list(type, sizeBytes);
      }
      if (type === "tree") tree.push(bytes);
      const matches = scanPart.add(part);
      if (matches === null) continue;
      open = undefined;
      scanned += 1;
      counts.scan(type, sizeBytes);
      if (matches.length === 0) continue;
      if (type === "blob") note(id, matches);
      else if (type === "tree") {
        for (const { name } of readTree(id, Buffer.concat(tree), repository.objectFormat)) {
          if (triage(scanner.scanBytes(name)).length > 0) names.set(name.toString("latin1"), name);
        }
      } else {
        const worth = triage(matches);
        if (worth.length > 0) texts.set(id, { type, matches: worth });
      }
    }
    onProgress(scanned);
  }
  if (open !== undefined || listed !== scanned + lost) {
    throw new GitError("GIT_BAD_OUTPUT", `git listed ${listed} objects and delivered ${scanned}`);
  }
  return { blobs, names, texts, unopened, counts, unread: [...unread.values()], isBroken: false };
}
