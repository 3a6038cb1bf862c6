import type { Match, LocationKind, Scanner } from "@keywarden/scan";
import { ByteSource } from "./byte-source.ts";
import { decompress, packingOf } from "./decompress.ts";
import { isTar, readTarEntries } from "./tar-entries.ts";
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

export interface PackedScan {
  /** Opens zip files in memory within its own limits. */
  readonly scanner: Scanner;
  /** Opens nothing. */
  readonly plainScanner: Scanner;
  readonly limits: PackedLimits;
  readonly events: PackedEvents;
}

/** Scans what is at the end of a trail, that is packed so often already. */
export type PackedWalk = (chunks: AsyncIterable<Uint8Array>, trail: Trail, depth?: number) => Promise<void>;

const wholeUpToBytes = 1024 * 1024;
const longestTextBytes = 4 * 1024 * 1024;
/** Two blocks are written, and often filled up to twenty. */
const emptyArchiveBytes = 20 * blockBytes;

/** Makes what scans a file in flat memory, and what is packed in it, however often, within limits. */
export function makePackedWalk({ scanner, plainScanner, limits, events }: PackedScan): PackedWalk {
  const { onMatches, onProblem, onFile, onEntry, onArchive } = events;
  let unpackedBytes = 0;
  let entries = 0;

  const walk: PackedWalk = async (chunks, trail, depth = 0) => {
    const source = new ByteSource(chunks);
    const head = await source.peek(blockBytes);
    const packing = packingOf(head);
    const isArchive = packing === null && isTar(head);
    if (packing === null && !isArchive) return scanLeaf(source, trail);
    if (depth >= limits.depth) {
      onProblem(trail, `archives deeper than ${limits.depth} are not opened`);
      return scanLeaf(source, trail, plainScanner);
    }
    return isArchive ? walkTar(source, trail, depth) : unpack(source, trail, depth);
  };

  const unpack = async (packed: ByteSource, trail: Trail, depth: number): Promise<void> => {
    const loose = plainScanner.scanChunks();
    let packedBytes = 0;
    const watched = async function* (): AsyncGenerator<Buffer, void, undefined> {
      for await (const piece of packed.pieces()) {
        packedBytes += piece.length;
        onMatches(trail, loose.push(piece), "content", true);
        yield piece;
      }
    };
    const source = new ByteSource(watched());
    let openedBytes = 0;
    const limited = async function* (): AsyncGenerator<Buffer, void, undefined> {
      try {
        for await (const chunk of decompress(source)) {
          openedBytes += chunk.length;
          unpackedBytes += chunk.length;
          if (openedBytes > Math.max(limits.freeBytes, packedBytes * limits.ratio)) {
            throw new Error(`it unpacks to more than ${openedBytes - chunk.length} bytes`);
          }
          if (unpackedBytes > limits.unpackedBytes) {
            throw new Error(`more than ${limits.unpackedBytes} bytes would have to be unpacked`);
          }
          yield chunk;
        }
      } catch (error) {
        onProblem(trail, error instanceof Error ? error.message : "it is damaged");
      }
    };
    await walk(limited(), trail, depth + 1);
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

  return walk;
}

const mayBeJson = (bytes: Buffer): boolean => bytes[0] === 0x7b || bytes[0] === 0x5b;

// "./a" and "a" are one file.
const textOf = (name: Buffer): string => name.toString("utf8").replace(/^(?:\.\/)+(?=.)/, "");
