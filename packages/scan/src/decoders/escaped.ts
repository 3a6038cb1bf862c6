import type { KeyPrefix } from "../match/key-prefix.ts";
import { notText, readingOf, type Decoded } from "./decoded.ts";
import { longestEscape, readEscape } from "./escape-syntax.ts";
import { anchorsOf, formsOf } from "./forms/anchor-forms.ts";
import type { Reading, Decoder, EncodingName, DecoderOptions } from "./decoder.ts";

// Hits that are close to each other are decoded together, in pieces of at most this size.
const mostBytes = 64 * 1024;

/** Reads keys of which the prefix is written with escapes: percent, `\u` and `\x`, HTML entities, also mixed. */
export function makeEscapedDecoder(options: DecoderOptions): Decoder {
  const { prefixes, search, charactersBefore, charactersAfter } = options;
  // One more, so that an escape which is cut in two at the edge is never part of a reading.
  const before = (charactersBefore + 1) * longestEscape;
  const after = (charactersAfter + 1) * longestEscape;

  const readRegion = (
    bytes: Buffer,
    first: number,
    last: number,
    visit: (reading: Reading) => void,
  ): void => {
    const { decoded, names } = decodeEscapes(bytes, Math.max(0, first - before), last + after);
    search(decoded.bytes, (found: number, prefix: KeyPrefix) => {
      const start = decoded.starts[found] ?? 0;
      const encoding = names.slice(found, found + prefix.text.length).find((name) => name !== null);
      if (encoding === undefined || encoding === null || start < first || start > last) return;
      const window = { found, from: found - charactersBefore, to: found + charactersAfter };
      visit(readingOf(decoded, encoding, prefix, window));
    });
  };

  return {
    anchors: anchorsOf(prefixes.map(({ text }) => formsOf(text).escaped)),
    reachBytes: Math.max(before, after),
    read: (bytes, hits, visit) => {
      let first = -1;
      let last = -1;
      for (const { start } of hits) {
        if (first !== -1 && (start - last > before || start - first > mostBytes)) {
          readRegion(bytes, first, last, visit);
          first = -1;
        }
        if (first === -1) first = start;
        last = start;
      }
      if (first !== -1) readRegion(bytes, first, last, visit);
    },
  };
}

function decodeEscapes(
  bytes: Buffer,
  from: number,
  to: number,
): { readonly decoded: Decoded; readonly names: readonly (EncodingName | null)[] } {
  const text = bytes.toString("latin1", from, to);
  const starts = new Int32Array(text.length);
  const ends = new Int32Array(text.length);
  const decoded = Buffer.allocUnsafe(text.length);
  const names: (EncodingName | null)[] = [];
  for (let at = 0; at < text.length;) {
    const escape = readEscape(text, at);
    const index = names.length;
    const size = escape?.size ?? 1;
    starts[index] = from + at;
    ends[index] = from + at + size;
    const code = escape?.code ?? text.charCodeAt(at);
    decoded[index] = code < 0x80 || escape === null ? code : notText;
    names.push(escape?.syntax.name ?? null);
    at += size;
  }
  const count = names.length;
  return {
    decoded: {
      bytes: decoded.subarray(0, count),
      starts: starts.subarray(0, count),
      ends: ends.subarray(0, count),
    },
    names,
  };
}
