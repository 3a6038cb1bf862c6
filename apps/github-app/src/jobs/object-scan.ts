import { redactWithin } from "@keywarden/key-format";
import type { ProviderProfile } from "@keywarden/key-format";
import { listObjects, readObjects } from "@keywarden/git";
import type { GitObject, ObjectRange, Repository } from "@keywarden/git";
import type { Match, Scanner } from "@keywarden/scan";
import { digestOf } from "../repositories/open-baseline.ts";
import type { Holder } from "../repositories/look-up-introductions.ts";
import { type Place, placeToPath } from "./place.ts";
import { treeNames } from "./tree-names.ts";

/** A match and where it stands, without a key in the path. */
export interface PlacedMatch {
  readonly match: Match;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly holder: Holder;
}

export interface ScanCounts {
  objects: number;
  bytes: number;
  lfsPointers: number;
  /** Packed files of which at least a part was not opened. */
  archives: number;
}

/**
 * Scans every object of a range once: blobs, commits and tags with their messages, and trees for the names in them.
 *
 * @throws GitError GIT_OBJECT_MISSING when an object of the range is not here yet.
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
  const paths: (Buffer | null)[] = [];
  async function* ids(): AsyncGenerator<string, void, undefined> {
    for await (const { id, path } of listObjects(repository, range)) {
      paths.push(path);
      yield id;
    }
  }
  const redacted = (path: string) => redactWithin(path, providers);
  let read = 0;
  for await (const object of readObjects(repository, ids())) {
    const path = paths[read] ?? null;
    // The paths of objects that were read are let go, or a large history would keep them all.
    paths[read] = null;
    read += 1;
    counts.objects += 1;
    counts.bytes += object.bytes.length;
    let isOpened = true;
    const matches = scanner.scanBytes(object.bytes, () => {
      isOpened = false;
    });
    if (object.type === "blob" && isLfsPointer(object.bytes)) counts.lfsPointers += 1;
    if (!isOpened) counts.archives += 1;
    if (matches.length === 0) continue;
    if (object.type === "tree") {
      yield* inNames(object, path, matches, repository.objectFormat, redacted);
      continue;
    }
    const { id, type } = object;
    const shown = redacted(text(path));
    for (const match of matches) {
      const { line, column, member } = match;
      const inBlob: Place =
        member === undefined ? { in: "file", path: shown } : { in: "archive", path: `${shown}!/${member}` };
      const holder: Holder = type === "blob" ? { in: "blob", id } : { in: "message", id };
      yield { match, path: placeToPath(type === "blob" ? inBlob : { in: type, id }), line, column, holder };
    }
  }
}

function* inNames(
  tree: GitObject,
  path: Buffer | null,
  matches: readonly Match[],
  objectFormat: "sha1" | "sha256",
  redacted: (path: string) => string,
): Generator<PlacedMatch, void, undefined> {
  for (const { start, name } of treeNames(tree.bytes, objectFormat === "sha256" ? 32 : 20)) {
    const inside = matches.filter((match) => match.start >= start && match.end <= start + name.length);
    if (inside.length === 0) continue;
    const whole = path === null ? text(name) : `${text(path)}/${text(name)}`;
    for (const match of inside) {
      const place = placeToPath({ in: "path", path: redacted(whole) });
      yield { match, path: place, line: 1, column: 1, holder: { in: "name", sha256: digestOf(name) } };
    }
  }
}

function text(path: Buffer | null): string {
  return path?.toString("utf8") ?? "";
}

const lfsStart = Buffer.from("version https://git-lfs.github.com/spec/");
const isLfsPointer = (bytes: Buffer): boolean => bytes.subarray(0, lfsStart.length).equals(lfsStart);
