import {
  GitError,
  listObjectIds,
  makeIdList,
  makeTreeNotes,
  readObjectBatches,
  readPackedObjects,
  walkObjects,
} from "@keywarden/git";
import type { IdList, ObjectPart, ObjectRange, Repository, UnreadObject } from "@keywarden/git";
import type { Match, ScannedVersion, Scanner } from "@keywarden/scan";
import type { CleanObjects } from "../cache/clean-objects.ts";
import { ObjectCounts } from "../account/account.ts";
import { makeFound } from "./found.ts";
import { scanPacksWith, type PackThreads } from "./pack-threads.ts";
import { makeObjectScan } from "./object-scan.ts";
import { makeLimiter } from "./limiter.ts";
import { collectTelling } from "./collect-telling.ts";
import type { RangeMatches, ReadLimits, Telling } from "./range-matches.ts";

export interface RangeScan {
  readonly scanner: Scanner;
  /** Gives those of an object's matches that are worth looking up. */
  readonly triage: (matches: readonly Match[]) => readonly Match[];
  /** Is told how many objects are done; it begins again where git's list breaks off. */
  readonly onProgress?: (objects: number) => void;
  /** Is told which objects are listed, in groups as they come; where the list breaks off, some twice. */
  readonly onListed?: (ids: readonly string[]) => void;
  /** What is known to be clean, and takes what turns out to be. */
  readonly clean?: CleanObjects | undefined;
  /** Beyond them blobs are listed and not read; absent: all are. */
  readonly limits?: ReadLimits | undefined;
  /** How many threads read large packs where there are no limits; absent: one. */
  readonly threads?: PackThreads | undefined;
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
    return await scanListed(
      repository,
      scan,
      (onUnread) => listObjectIds(repository, range, (id) => onUnread({ id, reason: "is not here" })),
      true,
    );
  } catch (error) {
    if (!(error instanceof GitError) || error.code === "GIT_MISSING" || error.code === "GIT_BAD_INPUT") {
      throw error;
    }
    const listed = await scanListed(
      repository,
      scan,
      (onUnread) => walkObjects(repository, range, { onUnread }),
      false,
    );
    // git saw something that we did not.
    const unseen = { id: "", reason: `cannot be listed: ${error.message}` };
    return { ...listed, isBroken: true, unread: listed.unread.length > 0 ? listed.unread : [unseen] };
  }
}

/**
 * Scans a range of which an earlier scan has found out what tells something: nothing else is read again. `null` where that
 * cannot be read, so that git is to be asked for the range.
 */
export async function scanTelling(
  repository: Repository,
  { ids, others }: Telling,
  scan: Omit<RangeScan, "clean" | "limits">,
): Promise<RangeMatches | null> {
  const list = async function* (): AsyncGenerator<readonly string[]> {
    yield ids;
  };
  try {
    const found = await scanListed(repository, scan, list, true);
    if (found.unread.length > 0) return null;
    found.counts.takeAll(others);
    return { ...found, notes: null };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return null;
  }
}

/**
 * Scans the objects of several lists, each object once, and gives what a scan of each list alone would have given. `null` where
 * something is to be said of it that belongs to a list alone: an object that cannot be read, a limit, a name with a match.
 */
export async function scanLists(
  repository: Repository,
  lists: readonly (readonly string[])[],
  scan: Pick<RangeScan, "scanner" | "triage" | "onProgress" | "limits">,
): Promise<readonly RangeMatches[] | null> {
  const all = [...new Set(lists.flat())];
  const sizes = new Map<string, Pick<ObjectPart, "type" | "sizeBytes">>();
  const list = async function* (): AsyncGenerator<readonly string[]> {
    yield all;
  };
  const onScanned = (id: string, object: Pick<ObjectPart, "type" | "sizeBytes">) =>
    void sizes.set(id, object);
  const found = await scanListed(repository, { ...scan, onScanned }, list, true);
  if (found.unread.length > 0 || found.tooLarge.length > 0 || found.names.size > 0) return null;
  return lists.map((ids) => {
    const of = <T>(map: ReadonlyMap<string, T>) =>
      new Map(
        ids.flatMap((id): readonly (readonly [string, T])[] => {
          const value = map.get(id);
          return value === undefined ? [] : [[id, value]];
        }),
      );
    const counts = new ObjectCounts();
    for (const id of ids) {
      const { type, sizeBytes } = sizes.get(id) ?? { type: "blob", sizeBytes: 0 };
      counts.list(type, sizeBytes);
      counts.scan(type, sizeBytes);
    }
    const { blobs, texts, unopened } = found;
    const own = { blobs: of(blobs), texts: of(texts), unopened: of(unopened), counts };
    return { ...found, ...own, telling: null, notes: null };
  });
}

type OnUnread = (object: UnreadObject) => void;

/** How many ids are held to be looked up in packs; where there are more, git reads all objects. */
const mostHeldIds = 1_000_000;

async function scanListed(
  repository: Repository,
  {
    scanner,
    triage,
    onProgress = () => {},
    onListed = () => {},
    onScanned = () => {},
    clean: known,
    limits,
    threads,
  }: RangeScan & {
    readonly onScanned?: (id: string, object: Pick<ObjectPart, "type" | "sizeBytes">) => void;
  },
  list: (onUnread: OnUnread) => AsyncGenerator<readonly string[], unknown>,
  isWhole: boolean,
): Promise<RangeMatches> {
  // Where the list breaks off, everything that is there is looked at.
  const clean = isWhole ? known : undefined;
  const found = makeFound(repository, scanner, triage);
  const { counts } = found;
  // Of trees that are not read nothing can be noted.
  let notes = isWhole ? makeTreeNotes(repository) : null;
  const tellingObjects = collectTelling();
  const unread = new Map<string, UnreadObject>();
  let listed = 0;
  let scanned = 0;
  let lost = 0;
  const limiter = makeLimiter(limits);
  let open: ObjectPart | undefined;
  let tree: Buffer[] = [];
  let leftOut = "";
  const scanPart = makeObjectScan(scanner, (id, part) => found.skip(id, part));
  const lose = (object: UnreadObject): void => {
    if (object.id === leftOut) return;
    unread.set(object.id, object);
    lost += 1;
    if (open?.id !== object.id) return;
    counts.lose(open.type, open.sizeBytes);
    if (open.type === "blob") found.takeBlob(open.id, scanPart.abandon());
    open = undefined;
  };
  const leaveOut = ({ type, sizeBytes }: Pick<ObjectPart, "type" | "sizeBytes">): void => {
    lost += 1;
    counts.lose(type, sizeBytes);
  };
  const groups = list((object) => void unread.set(object.id, object));
  const listing = async function* (): AsyncGenerator<readonly string[]> {
    for await (const ids of groups) {
      listed += ids.length;
      onListed(ids);
      yield clean === undefined ? ids : ids.filter((id) => !isKnownClean(id, clean));
    }
  };
  const isKnownClean = (id: string, among: CleanObjects): boolean => {
    const object = among.find(id);
    if (object === null) return false;
    counts.take(object.type, object.sizeBytes);
    tellingObjects.take({ id, ...object }, [], false);
    notes = null;
    scanned += 1;
    return true;
  };
  const take = (
    { id, type, sizeBytes }: Pick<ObjectPart, "id" | "type" | "sizeBytes">,
    matches: readonly Match[],
    bytes: () => Buffer,
  ): void => {
    scanned += 1;
    counts.scan(type, sizeBytes);
    onScanned(id, { type, sizeBytes });
    found.take(id, type, matches, bytes);
    // Names have all trees read again, so that nothing noted is of use.
    if (found.hasNames()) notes = null;
    const isUnopened = found.hasUnopened(id);
    if (type === "tree") notes?.addTree(id, bytes());
    else if (isUnopened || found.holds(id)) notes?.wantBlob(id);
    if (matches.length === 0 && !isUnopened) clean?.add(id, { type, sizeBytes });
    const tells = isUnopened || found.holds(id) || (type === "tree" && matches.length > 0);
    tellingObjects.take({ id, type, sizeBytes }, matches, tells);
  };
  const { held, rest } = await holdIds(repository, listing(), isWhole ? mostHeldIds : 0);
  const sharing =
    threads === undefined || threads.count < 2 || limits !== undefined
      ? undefined
      : scanPacksWith(threads, scanner, held.count, ({ order, type, sizeBytes }, matches, skipped) => {
          const id = held.idAt(order);
          counts.list(type, sizeBytes);
          for (const part of skipped) found.skip(id, part);
          take({ id, type, sizeBytes }, matches, () => noBytes);
          if (scanned % progressObjects === 0) onProgress(scanned);
        });
  const left =
    rest === null
      ? await readPackedObjects<ScannedVersion | null>(
          repository,
          held,
          ({ order, type, bytes, base }) => {
            const id = order === -1 ? "" : held.idAt(order);
            if (order !== -1) {
              counts.list(type, bytes.length);
              if (limiter.isOver({ id, type, sizeBytes: bytes.length })) {
                leaveOut({ type, sizeBytes: bytes.length });
                // What is made of it is read as a whole.
                return null;
              }
            }
            const version = scanner.scanVersion(
              bytes,
              base === undefined || base.known === null ? null : { version: base.known, edit: base.edit },
              (part) => (order === -1 ? undefined : found.skip(id, part)),
            );
            if (order === -1) return version;
            take({ id, type, sizeBytes: bytes.length }, version.matches, () => bytes);
            if (scanned % progressObjects === 0) onProgress(scanned);
            return version;
          },
          sharing,
        )
      : Array.from({ length: held.count }, (_, order) => order);
  const leftIds = left.map((order) => held.idAt(order));
  const ids = async function* (): AsyncGenerator<readonly string[]> {
    if (leftIds.length > 0) yield leftIds;
    if (rest !== null) yield* rest;
  };
  // What a small fetch has brought lies in files of its own, which can be read without git.
  const wanted = rest === null && leftIds.length <= fewIds ? new Set(leftIds) : ids();
  for await (const parts of readObjectBatches(repository, wanted, { onUnread: lose })) {
    for (const part of parts) {
      const { type, offsetBytes, sizeBytes, bytes } = part;
      if (offsetBytes === 0) {
        tree = [];
        counts.list(type, sizeBytes);
        open = limiter.isOver(part) ? undefined : part;
        leftOut = open === undefined ? part.id : "";
        if (open === undefined) leaveOut(part);
      }
      // git cannot be told to stop within an object, so the rest of it comes and is let go.
      if (leftOut === part.id) {
        giveBack(bytes);
        continue;
      }
      if (offsetBytes > 0 && limiter.isLate(part)) {
        found.takeBlob(part.id, scanPart.abandon());
        open = undefined;
        leftOut = part.id;
        leaveOut(part);
        continue;
      }
      if (type === "tree") tree.push(bytes);
      const matches = scanPart.add(part);
      if (type === "blob" && offsetBytes > 0) giveBack(bytes);
      if (matches === null) continue;
      open = undefined;
      take(part, matches, () => Buffer.concat(tree));
    }
    onProgress(scanned);
  }
  onProgress(scanned);
  if (open !== undefined || listed !== scanned + lost) {
    throw new GitError("GIT_BAD_OUTPUT", `git listed ${listed} objects and delivered ${scanned}`);
  }
  const { tooLarge } = limiter;
  const isAllRead = rest === null && lost === 0 && unread.size === 0;
  return {
    ...found.inOrderOf(held),
    telling: isAllRead ? tellingObjects.among(held) : null,
    counts,
    tooLarge,
    notes,
    unread: [...unread.values()],
    isBroken: false,
  };
}

/**
 * Gives the memory of a part back that nobody holds on to: of a large file tens of megabytes would be waiting to be collected.
 * One that shares its memory with others keeps it.
 */
function giveBack({ buffer, byteLength }: Buffer): void {
  if (byteLength === buffer.byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0);
}

const progressObjects = 1000;
// Only those of trees are asked for.
const noBytes = Buffer.alloc(0);
const fewIds = 200;

/** Holds up to so many ids; `rest` gives those behind them, and is `null` where there are none. */
async function holdIds(
  repository: Repository,
  groups: AsyncGenerator<readonly string[]>,
  mostIds: number,
): Promise<{ readonly held: IdList; readonly rest: AsyncGenerator<readonly string[]> | null }> {
  const held = makeIdList(repository);
  while (held.count < mostIds) {
    const next = await groups.next();
    if (next.done === true) return { held, rest: null };
    held.add(next.value);
  }
  return { held, rest: groups };
}
