import type { KeyPrefix } from "../match/key-prefix.ts";
import { notText, readingOf, type Decoded } from "./decoded.ts";
import { longestEscape, readEscape } from "./escape-syntax.ts";
import { anchorsOf, formsOf } from "./forms/anchor-forms.ts";
import { looseEscapes } from "./forms/loose-escapes.ts";
import type { Anchor, Reading, Decoder, EncodingName, DecoderOptions } from "./decoder.ts";

// Hits that are close to each other are decoded together, in pieces of at most this size.
const mostBytes = 64 * 1024;

/** Reads keys of which the prefix is written with escapes: percent, `\u` and `\x`, HTML entities, also mixed. */
export function makeEscapedDecoder(options: DecoderOptions): Decoder {
  return makeDecoder(options, {
    anchors: anchorsOf(options.prefixes.map(({ text }) => formsOf(text).escaped)),
    bodyReach: 0,
    startsAt: (_, hits) => hits.map(({ start }) => start),
  });
}

/**
 * Reads the same of hundreds of prefixes, and what has an escape in its body alone: it looks for escapes of what parts
 * words, and near these for prefixes.
 */
export function makeLooseEscapedDecoder(options: DecoderOptions): Decoder {
  const { prefixes, search } = options;
  return makeDecoder(options, {
    anchors: looseEscapes(prefixes.map(({ text }) => text)),
    bodyReach: looseBody,
    startsAt: (bytes, hits) => {
      const starts = new Set<number>();
      for (const { first, last } of regionsOf(
        hits.map(({ start }) => start),
        looseReach,
      )) {
        const { decoded, names } = decodeEscapes(bytes, Math.max(0, first - looseReach), last + looseReach);
        const next = nextEscapes(names);
        search(decoded.bytes, (found, { text }) => {
          if ((next[found] ?? Infinity) < found + text.length + looseBody)
            starts.add(decoded.starts[found] ?? 0);
        });
      }
      return [...starts].sort((one, other) => one - other);
    },
  });
}

// In characters, and in bytes: a prefix and the beginning of a body, in part or whole in escapes.
const looseBody = 256;
const looseReach = 512;

interface EscapedSearch {
  readonly anchors: readonly Anchor[];
  /** How many characters of a body may come before the first escape. */
  readonly bodyReach: number;
  /** Gives where keys may start, in order. */
  readonly startsAt: (bytes: Buffer, hits: readonly { readonly start: number }[]) => readonly number[];
}

function makeDecoder(options: DecoderOptions, { anchors, bodyReach, startsAt }: EscapedSearch): Decoder {
  const { search, charactersBefore, charactersAfter } = options;
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
      const reach = found + prefix.text.length + bodyReach;
      const encoding = names.slice(found, reach).find((name) => name !== null);
      if (encoding === undefined || encoding === null || start < first || start > last) return;
      const window = { found, from: found - charactersBefore, to: found + charactersAfter };
      visit(readingOf(decoded, encoding, prefix, window));
    });
  };

  return {
    anchors,
    reachBytes: Math.max(before, after),
    read: (bytes, hits, visit) => {
      for (const { first, last } of regionsOf(startsAt(bytes, hits), before))
        readRegion(bytes, first, last, visit);
    },
  };
}

interface Region {
  readonly first: number;
  last: number;
}

/** Puts what is close to each other together. */
function regionsOf(starts: readonly number[], gap: number): readonly Region[] {
  const regions: Region[] = [];
  for (const start of starts) {
    const region = regions.at(-1);
    if (region === undefined || start - region.last > gap || start - region.first > mostBytes)
      regions.push({ first: start, last: start });
    else region.last = start;
  }
  return regions;
}

/** Gives for each character where the next one that is written as an escape stands. */
function nextEscapes(names: readonly (EncodingName | null)[]): readonly number[] {
  const next: number[] = Array.from(names, () => Infinity);
  for (let index = names.length - 1; index >= 0; index -= 1)
    next[index] = names[index] === null ? (next[index + 1] ?? Infinity) : index;
  return next;
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
