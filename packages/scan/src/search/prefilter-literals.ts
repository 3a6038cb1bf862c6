import type { ProviderProfile } from "@keywarden/key-format";
import { groupByPrefix } from "../match/key-prefix.ts";
import { makeDecoders } from "../decoders/make-decoders.ts";

/** Gives the anchors of every key that has a prefix and a body, one character a byte. */
export function listPrefixAnchors(providers: readonly ProviderProfile[]): readonly string[] {
  // How far a decoder reads behind an anchor is nothing to its anchors.
  const prefixes = groupByPrefix(providers).filter(({ formats }) => formats.length > 0);
  return makeDecoders(prefixes, 0).flatMap(({ anchors }) => anchors.map(({ text }) => text));
}

/**
 * Lists texts, one character a byte, of which every key that has a prefix and a body shows one in the bytes that hold it,
 * whatever encoding it is read in: bytes that hold none of them, and none of {@link listPrefilterPatterns}, hold no key.
 * Other programs can search for them faster than a scan is started.
 *
 * A line feed stands only at an end of a text, where a line has to begin or end. They are few, and chosen to be rare in
 * what people commit.
 */
export function listPrefilterLiterals(providers: readonly ProviderProfile[]): readonly string[] {
  const texts = [...listPrefixAnchors(providers), ...packedBeginnings].map(rarestLine);
  return coverTexts(texts);
}

/** Lists few and rare texts of which every one of these holds one. */
export const coverTexts = (texts: readonly string[]): readonly string[] => cover(withoutLonger(texts)).sort();

// Files that hold others in packed form show no anchor before they are unpacked: gzip, zip, Zstandard, zlib. A text may well
// hold the two bytes of zlib: a file begins with them, or a part of an archive behind the zeros of its header. In an
// archive of ar a name may stand before it.
export const packedBeginnings = [
  "\x1f\x8b\x08",
  "PK\x03\x04",
  "PK\x05\x06",
  "(\xb5/\xfd",
  "\n!<arch>",
  ...["\x01", "^", "\x9c", "\xda"].flatMap((level) => [`\nx${level}`, `\0x${level}`]),
];

// Wrapped text breaks an anchor in two: one of the parts is rarer than the other.
function rarestLine(text: string): string {
  const [first = "", ...others] = text.split("\n");
  const last = others.at(-1);
  if (last === undefined) return text;
  return others.length === 1 && rarity(first) > rarity(last) ? `${first}\n` : `\n${last}`;
}

// What stands beside letters at one end of a line is rarer there than another letter.
const rarity = (line: string): number => line.replace("\r", "").replace(/[^0-9A-Za-z]/g, "....").length;

function withoutLonger(texts: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (const text of [...new Set(texts)].sort((one, other) => one.length - other.length)) {
    if (!kept.some((shorter) => text.includes(shorter))) kept.push(text);
  }
  return kept;
}

// Greedy, so not always the best.
function cover(texts: readonly string[]): string[] {
  const chosen: string[] = [];
  for (let open = texts; open.length > 0;) {
    const counts = new Map<string, number>();
    for (const text of open) {
      for (const piece of rarePieces(text)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
    }
    const [best] = Array.from(counts).reduce((one, other) => (worth(other) > worth(one) ? other : one));
    chosen.push(best);
    open = open.filter((text) => !text.includes(best));
  }
  return chosen;
}

const worth = ([piece, count]: readonly [string, number]): number =>
  count * Math.min(piece.length, 6) + piece.length / 100;

function rarePieces(text: string): ReadonlySet<string> {
  const pieces = new Set([text]);
  for (let start = 0; start < text.length; start += 1) {
    for (let end = start + 4; end <= Math.min(start + 8, text.length); end += 1) {
      const piece = text.slice(start, end);
      if (piece.length >= shortestRare(piece)) pieces.add(piece);
    }
  }
  return pieces;
}

// Words and numbers are everywhere; what mixes their characters with others is not.
function shortestRare(piece: string): number {
  if (/^[a-z_-]*$/.test(piece)) return 7;
  // Every list of words has such a position.
  if (/^[^0-9A-Za-z]*[0-9A-Za-z]?[^0-9A-Za-z]*$/.test(piece)) return 8;
  // Tables and lists of numbers.
  if (/^[0-9A-Fa-fx, ]*$/.test(piece)) return 8;
  return /^[0-9A-Za-z]*$/.test(piece) ? 6 : 4;
}
