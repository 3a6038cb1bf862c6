import { redactWithin } from "@keywarden/key-format";
import type { ProviderProfile, Sha256 } from "@keywarden/key-format";
import { archiveFormOf } from "./archive/archive-form.ts";
import type { Inflate } from "./archive/inflate.ts";
import { makePackedScan } from "./archive/packed-scan.ts";
import type { SkippedMember } from "./archive/unpack.ts";
import { unreadForm } from "./archive/unread-form.ts";
import { longestBody } from "./match/candidate.ts";
import { makeChunkScan } from "./match/chunk-scan.ts";
import type { ChunkScan } from "./match/chunk-scan.ts";
import { makeFindMatches } from "./match/find-matches.ts";
import { groupByPrefix } from "./match/key-prefix.ts";
import type { Match } from "./match/match.ts";
import { printable } from "./printable.ts";
import type { Edit } from "./search/edit.ts";
import type { VersionHits } from "./search/locate.ts";
import { surroundingBytes } from "./match/surroundings.ts";
import { makeDecoders } from "./decoders/make-decoders.ts";

export interface Scanner {
  /** Whose keys are searched for. */
  readonly providers: readonly ProviderProfile[];
  readonly isThorough: boolean;
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
  const prefixes = groupByPrefix(providers, isThorough);
  const decoders = makeDecoders(prefixes, longestBody, isThorough);
  const reachBytes = Math.max(...decoders.map((decoder) => decoder.reachBytes)) + surroundingBytes;
  const finder = makeFindMatches(decoders, {
    providers,
    sha256,
    ...(nowMs === undefined ? {} : { nowMs }),
  });
  const shownPath = (path: string): string => redactWithin(printable(path), providers);
  const plain = {
    whole: (bytes: Buffer) => finder.find(bytes, 0, bytes.length),
    chunks: () => makeChunkScan(finder.find, reachBytes),
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
    anchors: prefixes.flatMap(({ text, formats }) => (formats.length === 0 ? [] : [text])).sort(),
    patternCount: providers.reduce((sum, { patterns = [] }) => sum + patterns.length, 0),
    encodedAnchors: [...new Set(decoders.flatMap((decoder) => decoder.anchors.map(({ text }) => text)))],
    longestKeyBytes: reachBytes,
    scanVersion: (bytes, base, onSkipped) => {
      const known = base === null ? null : { known: base.version.found, edit: base.edit };
      const found = finder.findVersion(bytes, known);
      const mayBePacked =
        inflate !== undefined && (archiveFormOf(bytes) !== null || unreadForm(bytes) !== null);
      return {
        found,
        matches: mayBePacked ? scanBytes(bytes, onSkipped) : finder.findAt(bytes, found.hits),
      };
    },
    scanBytes,
    scanText: (text) => scanBytes(Buffer.from(text, "utf8")),
    scanChunks: (onSkipped) => scan.chunks(onSkipped),
  };
}
