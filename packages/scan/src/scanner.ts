import type { ProviderProfile, Sha256 } from "@keywarden/key-format";
import { makeAssess } from "./assess.ts";
import { readCandidate } from "./candidate.ts";
import { makeChunkScan } from "./chunk-scan.ts";
import type { ChunkScan, FindMatches } from "./chunk-scan.ts";
import { Cursor } from "./cursor.ts";
import { cutExcerpt } from "./excerpt.ts";
import { readInlineAllow } from "./inline-allow.ts";
import { groupByPrefix } from "./key-prefix.ts";
import { locate } from "./locate.ts";
import type { Match } from "./match.ts";
import { spanOf, spansAround } from "./span.ts";
import { makeSurroundings, surroundingBytes } from "./surroundings.ts";
import { sniffEncoding } from "./text-encoding.ts";
import { makePlainView } from "./views/plain.ts";
import { makeUtf16View } from "./views/utf16.ts";

export interface Scanner {
  /** The prefixes that are searched for: bytes that hold none of them, in no encoding, hold no key. */
  readonly anchors: readonly string[];
  /** The longest text a match can have, in bytes. */
  readonly longestKeyBytes: number;
  /** Finds every candidate, ordered by offset. Linear in the size of `bytes`. */
  scanBytes(bytes: Uint8Array): readonly Match[];
  /** Finds every candidate in the text's UTF-8 form. */
  scanText(text: string): readonly Match[];
  /** Starts a scan of bytes that come in chunks; it finds what {@link Scanner.scanBytes} finds in the whole. */
  scanChunks(): ChunkScan;
}

export interface ScannerOptions {
  readonly providers: readonly ProviderProfile[];
  readonly sha256: Sha256;
}

// No format may be longer, so text that runs on for longer is data, whatever it starts with.
const longestBody = 512;

/** Makes a scanner for the keys of these providers. */
export function makeScanner({ providers, sha256 }: ScannerOptions): Scanner {
  const prefixes = groupByPrefix(providers);
  const longestKey = longestBody + Math.max(0, ...prefixes.map(({ text }) => text.length));
  const reach = longestKey + surroundingBytes + 1;
  const views = [makePlainView(prefixes, reach), makeUtf16View(prefixes, reach)];
  const reachBytes = Math.max(...views.map((view) => view.reachBytes));
  const readSurroundings = makeSurroundings(providers);
  const assess = makeAssess(providers, sha256);

  const find: FindMatches = (bytes, from, to, cursor) => {
    const candidates = locate(views, bytes).flatMap((reading) => readCandidate(reading, longestBody) ?? []);
    const spans = candidates.map(spanOf);
    return candidates.flatMap((candidate, index) => {
      const { reading } = candidate;
      const { start } = spans[index] ?? { start: 0 };
      if (start < from || start >= to) return [];
      const surroundings = readSurroundings(reading.bytes, reading.start, candidate.ends[0]);
      const assessed = assess(candidate, surroundings);
      if (assessed === null) return [];
      const { end, ...judged } = assessed;
      const { line, column } = cursor.moveTo(bytes, start);
      const excerpt = cutExcerpt(reading, end, spansAround(spans, index), providers);
      const endColumn = column + end - reading.start;
      const inlineAllow = readInlineAllow(reading, end, providers);
      const place = { start, end: reading.offsetOf(end), line, column, endColumn };
      return [{ ...judged, ...place, excerpt, inlineAllow }];
    });
  };

  const scanBytes = (bytes: Uint8Array): readonly Match[] => {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return find(buffer, 0, buffer.length, new Cursor(sniffEncoding(buffer), buffer));
  };
  return {
    anchors: prefixes.map(({ text }) => text).sort(),
    longestKeyBytes: 2 * longestKey,
    scanBytes,
    scanText: (text) => scanBytes(Buffer.from(text, "utf8")),
    scanChunks: () => makeChunkScan(find, reachBytes),
  };
}
