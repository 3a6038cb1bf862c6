import type { ObjectRange, Repository } from "@keywarden/git";
import { scanRange } from "@keywarden/repository-scan";
import type { RangeMatches, ReadLimits, TooLarge } from "@keywarden/repository-scan";
import { heldByLfs } from "@keywarden/scan";
import type { Match, Scanner } from "@keywarden/scan";
import type { Holder } from "../repositories/look-up-introductions.ts";
import type { Turn } from "./turn.ts";
import { refDigestOf } from "../repositories/digest-of.ts";

/** A match, and the object or name that holds it. */
export interface HeldMatch {
  readonly match: Match;
  readonly holder: Holder;
}

/** A file, or a part of a packed one, that was read and not opened. */
export interface LeftOut {
  /** Of the blob. */
  readonly id: string;
  /** Empty for the file itself. */
  readonly part: string;
  readonly reason: string;
}

const leftOutShown = 20;

/** The account of a scan. */
export interface ScanCounts {
  objects: number;
  bytes: number;
  lfsPointers: number;
  /** Packed files of which at least a part was not opened. */
  archives: number;
  /** Blobs beyond the limits, which were not read. */
  readonly tooLarge: TooLarge[];
  /** The first of both, with the reason. */
  readonly leftOut: LeftOut[];
  /** Objects that could not be read, with the reason: while there is one, nobody can call the push clean. */
  readonly unread: string[];
}

/**
 * Scans every object of a range once: blobs, commits and tags with their messages, and trees for the names in them. An
 * object that cannot be read is in `counts` and hides nothing else.
 *
 * @throws GitError when git itself cannot be asked, or the range does not begin at anything that is here.
 */
export async function* scanObjects(options: {
  readonly repository: Repository;
  readonly range: ObjectRange;
  readonly scanner: Scanner;
  /** Absent: everything is read. */
  readonly limits?: ReadLimits | undefined;
  /** Absent: it takes as long as it takes. */
  readonly turn?: Turn | undefined;
  /** Is told which objects are read, in groups as they come. */
  readonly onListed?: ((ids: readonly string[]) => void) | undefined;
  /** What a scan of the range gave already, together with others; absent: it is scanned now. */
  readonly matches?: RangeMatches | undefined;
  /** Added to as the scan goes. */
  readonly counts: ScanCounts;
}): AsyncGenerator<HeldMatch, void, undefined> {
  const { repository, range, scanner, limits, turn, onListed, matches: given, counts } = options;
  const found =
    given ??
    (await scanRange(repository, range, {
      scanner,
      triage: everyMatch,
      limits,
      ...(turn !== undefined && { onProgress: turn }),
      ...(onListed !== undefined && { onListed }),
    }));
  countAll(found, counts);
  for (const [id, matches] of found.blobs)
    for (const match of matches) yield { match, holder: { in: "blob", id } };
  for (const name of found.names.values())
    for (const match of scanner.scanBytes(name))
      yield { match, holder: { in: "name", sha256: refDigestOf(name) } };
  for (const [id, { type, matches }] of found.texts)
    for (const match of matches) yield { match, holder: { in: "message", id, type } };
}

/** What is worth asking about is decided later. */
export const everyMatch = (matches: readonly Match[]): readonly Match[] => matches;

function countAll({ counts: seen, tooLarge, unopened, unread }: RangeMatches, counts: ScanCounts): void {
  counts.tooLarge.push(...tooLarge);
  for (const { scanned } of Object.values(seen.counts)) counts.objects += scanned;
  counts.bytes += seen.bytes.scanned;
  for (const [id, parts] of unopened) {
    const room = leftOutShown - counts.leftOut.length;
    counts.leftOut.push(...parts.slice(0, room).map(({ path: part, reason }) => ({ id, part, reason })));
    if (parts.some(({ reason }) => reason === heldByLfs)) counts.lfsPointers += 1;
    else counts.archives += 1;
  }
  for (const { id, reason } of unread) counts.unread.push(id === "" ? reason : `object ${id} ${reason}`);
}
