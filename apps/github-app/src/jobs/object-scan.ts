import { redactWithin } from "@keywarden/key-format";
import type { ProviderProfile } from "@keywarden/key-format";
import type { ObjectRange, Repository } from "@keywarden/git";
import { findOrigins, scanRange } from "@keywarden/repository-scan";
import type { FoundOrigin, RangeMatches } from "@keywarden/repository-scan";
import { heldByLfs } from "@keywarden/scan";
import type { Match, Scanner } from "@keywarden/scan";
import type { Holder } from "../repositories/look-up-introductions.ts";
import { digestOf } from "../repositories/open-baseline.ts";
import { placeToPath } from "./place.ts";

/** A match and where it stands, without a key in the path. */
export interface PlacedMatch {
  readonly match: Match;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly holder: Holder;
}

/** The account of a scan. */
export interface ScanCounts {
  objects: number;
  bytes: number;
  lfsPointers: number;
  /** Packed files of which at least a part was not opened. */
  archives: number;
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
  readonly providers: readonly ProviderProfile[];
  /** Added to as the scan goes. */
  readonly counts: ScanCounts;
}): AsyncGenerator<PlacedMatch, void, undefined> {
  const { repository, range, scanner, providers, counts } = options;
  const found = await scanRange(repository, range, { scanner, triage: (matches) => matches });
  countAll(found, counts);
  const { blobs, names, texts } = found;
  const wanted = { ids: [...blobs.keys()], names: [...names.values()] };
  const { origins } = await findOrigins(repository, wanted, range, found.isBroken);
  const shown = (path: Buffer): string => redactWithin(path.toString("utf8"), providers);
  for (const [id, matches] of blobs) {
    const paths = new Set(origins.filter((origin) => origin.id === id).map(({ path }) => shown(path)));
    // What only a ref of its own or a tag holds has no path.
    for (const path of paths.size === 0 ? [`object ${id}`] : paths) {
      for (const match of matches) yield inFile(match, path, id);
    }
  }
  for (const name of names.values()) {
    const paths = new Set(pathsOf(name, origins).map(shown));
    const holder: Holder = { in: "name", sha256: digestOf(name) };
    for (const path of paths.size === 0 ? [shown(name)] : paths) {
      const place = placeToPath({ in: "path", path });
      for (const match of scanner.scanBytes(name)) yield { match, path: place, line: 1, column: 1, holder };
    }
  }
  for (const [id, { type, matches }] of texts) {
    const path = placeToPath({ in: type, id });
    for (const match of matches) {
      const { line, column } = match;
      yield { match, path, line, column, holder: { in: "message", id } };
    }
  }
}

function inFile(match: Match, path: string, id: string): PlacedMatch {
  const { line, column, member } = match;
  const place = placeToPath(
    member === undefined ? { in: "file", path } : { in: "archive", path: `${path}!/${member}` },
  );
  return { match, path: place, line, column, holder: { in: "blob", id } };
}

// Of a path, all up to the name: what lies below the folder is not what holds the key.
function pathsOf(name: Buffer, origins: readonly FoundOrigin[]): readonly Buffer[] {
  const text = name.toString("latin1");
  return origins.flatMap(({ path }) => {
    const parts = path.toString("latin1").split("/");
    const index = parts.indexOf(text);
    return index === -1 ? [] : [Buffer.from(parts.slice(0, index + 1).join("/"), "latin1")];
  });
}

function countAll({ counts: seen, unopened, unread }: RangeMatches, counts: ScanCounts): void {
  for (const { scanned } of Object.values(seen.counts)) counts.objects += scanned;
  counts.bytes += seen.bytes.scanned;
  for (const parts of unopened.values()) {
    if (parts.some(({ reason }) => reason === heldByLfs)) counts.lfsPointers += 1;
    else counts.archives += 1;
  }
  for (const { id, reason } of unread) counts.unread.push(id === "" ? reason : `object ${id} ${reason}`);
}
