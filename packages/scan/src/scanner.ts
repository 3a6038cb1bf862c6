import { redactWithin } from "@keywarden/key-format";
import type { ProviderProfile, Sha256 } from "@keywarden/key-format";
import { archiveFormOf } from "./archive/archive-form.ts";
import type { Inflate } from "./archive/inflate.ts";
import { leftToScan } from "./left-to-scan.ts";
import { makePackedScan } from "./archive/packed-scan.ts";
import type { SkippedMember } from "./archive/unpack.ts";
import { unreadForm } from "./archive/unread-form.ts";
import { makeChunkScan } from "./match/chunk-scan.ts";
import type { ChunkScan } from "./match/chunk-scan.ts";
import { makeLazyFinder } from "./match/lazy-finder.ts";
import type { Match } from "./match/match.ts";
import { printable } from "./printable.ts";
import type { Edit } from "./search/edit.ts";
import type { VersionHits } from "./search/locate.ts";
import { surroundingBytes } from "./match/surroundings.ts";

export interface Scanner {
  /** Whose keys are searched for. */
  readonly providers: readonly ProviderProfile[];
  readonly isThorough: boolean;
  /** By which keys that state their end are judged; absent: they are not. */
  readonly nowMs?: number;
  /** What this scanner does not look for although another of the same providers does, one sentence fragment each. */
  readonly notLookedFor: readonly string[];
  /** The prefixes of keys with a body that are searched for, in plain form. */
  readonly anchors: readonly string[];
  /** How many sorts of keys of several parts are searched for besides. */
  readonly patternCount: number;
  /** What the anchors look like in every encoding, one character a byte: bytes that hold none of these hold no key. */
  readonly encodedAnchors: readonly string[];
  /** The most bytes that a match can cover. */
  readonly longestKeyBytes: number;
  /**
   * Finds every candidate, ordered by offset, and behind these the ones inside archives. Linear in the size of `bytes`.
   *
   * @param onSkipped is told of every part of an archive that could not be looked into
   */
  scanBytes(bytes: Uint8Array, onSkipped?: (part: SkippedMember) => void): readonly Match[];
  /**
   * Finds what {@link Scanner.scanBytes} finds, in bytes that were put together of others. What these hold is searched for
   * only in what is new.
   *
   * @param base `null` where the bytes are made of nothing that was scanned
   */
  scanVersion(
    bytes: Buffer,
    base: { readonly version: ScannedVersion; readonly edit: Edit } | null,
    onSkipped?: (part: SkippedMember) => void,
  ): ScannedVersion;
  /** Finds where anything begins that may lead to a key, in order: bytes that are not packed hold none elsewhere. */
  leadsIn(bytes: Buffer): readonly number[];
  /** Whether a scan would look for files in these bytes. */
  isPacked(bytes: Buffer): boolean;
  /** Finds every candidate in the text's UTF-8 form. */
  scanText(text: string): readonly Match[];
  /** Starts a scan of bytes that come in chunks; it finds what {@link Scanner.scanBytes} finds in the whole, and tells of the same gaps. */
  scanChunks(onSkipped?: (part: SkippedMember) => void): ChunkScan;
}

/** What was found in bytes, and what a scan of others that are made of them needs. */
export interface ScannedVersion {
  readonly matches: readonly Match[];
  readonly found: VersionHits;
}

export interface ScannerOptions {
  readonly providers: readonly ProviderProfile[];
  readonly sha256: Sha256;
  /** Absent: archives are not opened. */
  readonly inflate?: Inflate;
  /** Tells whether a key that states its end has passed it; absent: nothing is said of it. */
  readonly nowMs?: number;
  /** Reads what takes longer to search for: keys of the catalogue in the middle of base64. Absent: not. */
  readonly isThorough?: boolean;
}

/** Makes a scanner for the keys of these providers. */
export function makeScanner({
  providers,
  sha256,
  inflate,
  nowMs,
  isThorough = false,
}: ScannerOptions): Scanner {
  const finder = makeLazyFinder({
    providers,
    sha256,
    isThorough,
    ...(nowMs === undefined ? {} : { nowMs }),
  });
  const reachBytes = (): number =>
    Math.max(...finder.whole().decoders.map((decoder) => decoder.reachBytes)) + surroundingBytes;
  const shownPath = (path: string): string => redactWithin(printable(path), providers);
  const plain = {
    whole: finder.find,
    chunks: () => makeChunkScan(finder.whole().finder.find, reachBytes()),
  };
  const scan = inflate === undefined ? plain : makePackedScan(plain, inflate, shownPath);
  const scanBytes: Scanner["scanBytes"] = (bytes, onSkipped) => {
    const buffer = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return scan.whole(buffer, onSkipped);
  };
  return {
    providers,
    isThorough,
    ...(nowMs === undefined ? {} : { nowMs }),
    notLookedFor: isThorough ? [] : leftToScan,
    get anchors() {
      const { prefixes } = finder.whole();
      return prefixes.flatMap(({ text, formats }) => (formats.length === 0 ? [] : [text])).sort();
    },
    patternCount: providers.reduce(
      (sum, { patterns = [] }) => sum + patterns.filter(({ isRare }) => isThorough || isRare !== true).length,
      0,
    ),
    get encodedAnchors() {
      const { decoders } = finder.whole();
      return [...new Set(decoders.flatMap((decoder) => decoder.anchors.map(({ text }) => text)))];
    },
    get longestKeyBytes() {
      return reachBytes();
    },
    scanVersion: (bytes, base, onSkipped) => {
      const known = base === null ? null : { known: base.version.found, edit: base.edit };
      const { finder: whole } = finder.whole();
      const found = whole.findVersion(bytes, known);
      const mayBePacked =
        inflate !== undefined && (archiveFormOf(bytes) !== null || unreadForm(bytes) !== null);
      return {
        found,
        matches: mayBePacked ? scanBytes(bytes, onSkipped) : whole.findAt(bytes, found.hits),
      };
    },
    scanBytes,
    leadsIn: (bytes) => finder.whole().finder.findStarts(bytes),
    isPacked: (bytes) => inflate !== undefined && archiveFormOf(bytes) !== null,
    scanText: (text) => scanBytes(Buffer.from(text, "utf8")),
    scanChunks: (onSkipped) => scan.chunks(onSkipped),
  };
}
