import type { Match, LocationKind, Scanner } from "@keywarden/scan";
import { ByteSource } from "./byte-source.ts";
import { problemOf } from "./describe-unreadable.ts";
import { decompress, packingOf } from "./decompress.ts";
import { looksLikeTar, readTarEntries } from "./tar-entries.ts";
import { gatherBytes, type SeekableBytes } from "./random-bytes.ts";
import { readZipFiles } from "./zip-entries.ts";
import { blockBytes } from "@keywarden/scan";

/** Paths of archives in archives, the outermost first. */
export type Trail = readonly string[];

/** A file that was read. */
export interface ReadFile {
  readonly sizeBytes: number;
  /** What stands in it where that is short and may be JSON; null elsewhere. */
  readonly text: string | null;
  /** Whether it is an archive without files: blocks of zeros. */
  readonly isEmptyArchive: boolean;
}

/** Who is told what a packed file holds. */
export interface PackedEvents {
  /** `isLoose`: not in a file but in what surrounds files, where the same key may be seen a second time. */
  readonly onMatches: (
    trail: Trail,
    matches: readonly Match[],
    locationKind: LocationKind,
    isLoose: boolean,
  ) => void;
  readonly onProblem: (trail: Trail, reason: string) => void;
  readonly onFile: (trail: Trail, file: ReadFile) => void;
  /** Is told of every entry of an archive before its content. */
  readonly onEntry: (trail: Trail, link: string | null) => void;
  /** Is told that a file is an archive of files. */
  readonly onArchive: (trail: Trail) => void;
}

export interface PackedLimits {
  /** Packings and archives within each other. */
  readonly depth: number;
  readonly entries: number;
  /** Of all that is unpacked together. */
  readonly unpackedBytes: number;
  /** Unpacked size by packed size, from `freeBytes` on. */
  readonly ratio: number;
  readonly freeBytes: number;
}

export interface PackedWalkOptions {
  /** Opens what is neither a tar nor a zip archive in memory, within its own limits. */
  readonly scanner: Scanner;
  /** Opens nothing. */
  readonly plainScanner: Scanner;
  readonly limits: PackedLimits;
  readonly events: PackedEvents;
}

/** Scans what is at the end of a trail, that is packed so often already. */
export interface PackedWalk {
  (chunks: AsyncIterable<Uint8Array>, trail: Trail, depth?: number): Promise<void>;
  /** Scans a zip archive that can be read anywhere. */
  zip(bytes: SeekableBytes, trail: Trail, depth?: number): Promise<void>;
}

/** What one packing has come to. */
interface Share {
  packedBytes: number;
  openedBytes: number;
  /** Whether it came to more than it may. */
  isSpent: boolean;
}

const wholeUpToBytes = 1024 * 1024;
const longestTextBytes = 4 * 1024 * 1024;
/** Two blocks are written, and often filled up to twenty. */
const emptyArchiveBytes = 20 * blockBytes;

/** Makes what scans a file in flat memory, and what is packed in it, however often, within limits. */
export function makePackedWalk({ scanner, plainScanner, limits, events }: PackedWalkOptions): PackedWalk {
  const { onMatches, onProblem, onFile, onEntry, onArchive } = events;
  let unpackedBytes = 0;
  let entries = 0;

  const walk = async (chunks: AsyncIterable<Uint8Array>, trail: Trail, depth: number = 0): Promise<void> => {
    const source = new ByteSource(chunks);
    const head = await source.peek(blockBytes);
    const packing = packingOf(head);
    const isArchive = packing === null && looksLikeTar(head);
    const isInZip = packing === null && startsAsZip(head);
    if (packing === null && !isArchive && !isInZip) return scanLeaf(source, trail);
    if (depth >= limits.depth) {
      onProblem(trail, `archives deeper than ${limits.depth} are not opened`);
      return scanLeaf(source, trail, plainScanner);
    }
    if (isInZip) return unzip(source, trail, depth);
    return isArchive ? walkTar(source, trail, depth) : unpack(source, trail, depth);
  };

  const unzip = async (source: ByteSource, trail: Trail, depth: number): Promise<void> => {
    try {
      using bytes = await gatherBytes(source);
      await walkZip(bytes, trail, depth);
    } catch (error) {
      onProblem(trail, problemOf(error));
    }
  };

  const walkZip = async (bytes: SeekableBytes, trail: Trail, depth = 0): Promise<void> => {
    onArchive(trail);
    // Files may lie on top of each other there, so one archive has one share.
    const share: Share = { packedBytes: bytes.sizeBytes, openedBytes: 0, isSpent: false };
    for (const file of readZipFiles(bytes)) {
      const path = file.name.length === 0 ? trail : [...trail, textOf(file.name)];
      if (file.name.length > 0) {
        entries += 1;
        if (entries > limits.entries) {
          onProblem(trail, `more than ${limits.entries} files in one archive`);
          break;
        }
        onEntry(path, null);
        onMatches(path, plainScanner.scanBytes(file.name), "path", false);
      }
      if ("problem" in file) onProblem(path, file.problem);
      else await walk(limited(file.content, path, share), path, depth + 1);
      if (share.isSpent) break;
    }
    // A comment, and what stands between the files.
    const loose = plainScanner.scanChunks();
    for (let at = 0; at < bytes.sizeBytes; at += blockBytes * 512) {
      onMatches(trail, loose.push(bytes.read(at, blockBytes * 512)), "content", true);
    }
    onMatches(trail, loose.finish(), "content", true);
  };

  /** Passes on what is unpacked, up to the limits; what is wrong with it is told. */
  const limited = async function* (
    unpacked: AsyncIterable<Buffer>,
    trail: Trail,
    share: Share,
  ): AsyncGenerator<Buffer, void, undefined> {
    try {
      for await (const chunk of unpacked) {
        const before = share.openedBytes;
        share.openedBytes += chunk.length;
        unpackedBytes += chunk.length;
        share.isSpent = share.openedBytes > Math.max(limits.freeBytes, share.packedBytes * limits.ratio);
        if (share.isSpent) throw new Error(`it unpacks to more than ${before} bytes`);
        if (unpackedBytes > limits.unpackedBytes) {
          share.isSpent = true;
          throw new Error(`more than ${limits.unpackedBytes} bytes would have to be unpacked`);
        }
        yield chunk;
      }
    } catch (error) {
      onProblem(trail, problemOf(error));
    }
  };

  const unpack = async (packed: ByteSource, trail: Trail, depth: number): Promise<void> => {
    const loose = plainScanner.scanChunks();
    const share: Share = { packedBytes: 0, openedBytes: 0, isSpent: false };
    const watched = async function* (): AsyncGenerator<Buffer, void, undefined> {
      for await (const piece of packed.pieces()) {
        share.packedBytes += piece.length;
        onMatches(trail, loose.push(piece), "content", true);
        yield piece;
      }
    };
    const source = new ByteSource(watched());
    await walk(limited(decompress(source), trail, share), trail, depth + 1);
    for await (const _ of source.pieces()) continue;
    onMatches(trail, loose.finish(), "content", true);
  };

  const walkTar = async (source: ByteSource, trail: Trail, depth: number): Promise<void> => {
    onArchive(trail);
    const between = plainScanner.scanChunks();
    const onBetween = (bytes: Buffer): void => onMatches(trail, between.push(bytes), "content", true);
    const tell = (name: Buffer, reason: string): void =>
      onProblem(name.length === 0 ? trail : [...trail, textOf(name)], reason);
    for await (const entry of readTarEntries(source, { onBetween, onProblem: tell })) {
      entries += 1;
      if (entries > limits.entries) {
        onProblem(trail, `more than ${limits.entries} files in one archive`);
        break;
      }
      const { name, link, type, content } = entry;
      const path = [...trail, textOf(name)];
      onEntry(path, type === "link" ? textOf(link) : null);
      onMatches(path, plainScanner.scanBytes(name), "path", false);
      if (type === "link") onMatches(path, plainScanner.scanBytes(link), "link", false);
      if (type === "file") await walk(content, path, depth + 1);
    }
    for await (const piece of source.pieces()) onBetween(piece);
    onMatches(trail, between.finish(), "content", true);
  };

  const scanLeaf = async (source: ByteSource, trail: Trail, used = scanner): Promise<void> => {
    const onSkipped = ({ path, reason }: { readonly path: string; readonly reason: string }): void =>
      onProblem(path === "" ? trail : [...trail, path], reason);
    const start = await source.peek(wholeUpToBytes + 1);
    if (start.length <= wholeUpToBytes) {
      onMatches(trail, used.scanBytes(start, onSkipped), "content", false);
      const isEmptyArchive = start.length <= emptyArchiveBytes && start.every((byte) => byte === 0);
      const text = mayBeJson(start) ? start.toString("utf8") : null;
      onFile(trail, { sizeBytes: start.length, text, isEmptyArchive });
      return;
    }
    const scan = used.scanChunks(onSkipped);
    let kept: Buffer[] | null = mayBeJson(start) ? [] : null;
    let sizeBytes = 0;
    for await (const piece of source.pieces()) {
      sizeBytes += piece.length;
      onMatches(trail, scan.push(piece), "content", false);
      if (sizeBytes > longestTextBytes) kept = null;
      kept?.push(Buffer.from(piece));
    }
    onMatches(trail, scan.finish(), "content", false);
    const text = kept === null ? null : Buffer.concat(kept).toString("utf8");
    onFile(trail, { sizeBytes, text, isEmptyArchive: false });
  };

  return Object.assign(walk, { zip: walkZip });
}

/** Whether these bytes start as a zip archive does. */
export const startsAsZip = (head: Buffer): boolean => head.toString("latin1", 0, 4) === "PK\u0003\u0004";

const mayBeJson = (bytes: Buffer): boolean => bytes[0] === 0x7b || bytes[0] === 0x5b;

// "./a" and "a" are one file.
const textOf = (name: Buffer): string => name.toString("utf8").replace(/^(?:\.\/)+(?=.)/, "");
