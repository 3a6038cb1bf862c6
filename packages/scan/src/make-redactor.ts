import type { ProviderProfile } from "@keywarden/key-format";
import { longestBody } from "./match/candidate.ts";
import { groupByPrefix } from "./match/key-prefix.ts";
import { type HitsByDecoder, makeLocate } from "./search/locate.ts";
import { coverSpans, type MaskSpan } from "./match/mask-span.ts";
import { makeDecoders } from "./decoders/make-decoders.ts";
import { makePatternMask } from "./mask-patterns.ts";

/** Masks keys in bytes that come in chunks of any size. */
export interface Redactor {
  /** Takes the next bytes and gives those that no later byte can make part of a key. */
  push(chunk: Uint8Array | string): Uint8Array;
  /** Gives what is left; the redactor can then be used for the next text. */
  flush(): Uint8Array;
}

/**
 * Makes a redactor that replaces every key of these providers by its redacted form: one with a prefix and a body in every
 * encoding, one of several parts in plain text.
 *
 * Keys that only a name beside them tells, as the secret access keys of AWS, pass. It is stricter than a scan: what starts like a key and goes on for 8 characters is masked, glued to a word, malformed
 * or a placeholder. It holds back only what may still become a key, never more than a few kilobytes, and nothing
 * behind a line end that follows no key or private key.
 */
export function makeRedactor(providers: readonly ProviderProfile[]): Redactor {
  const mask = makePatternMask(providers);
  const prefixes = groupByPrefix(providers).filter(({ formats }) => formats.length > 0);
  const decoders = makeDecoders(prefixes, longestBody);
  const locate = makeLocate(decoders);
  const beginnings = beginningsOf(decoders.flatMap(({ anchors }) => anchors.map(({ text }) => text)));
  let bytes: Buffer = Buffer.alloc(0);
  // How many of these are given already; they only show what stands in front of the rest.
  let given = 0;

  const advance = (isLast: boolean): Uint8Array => {
    const hits = locate.findHits(bytes);
    const spans = coverSpans(bytes, locate.readHits(bytes, hits)).filter(({ end }) => end > given);
    const limit = isLast ? bytes.length : Math.min(openTail(bytes, beginnings), openHit(bytes, hits, spans));
    const parts: Uint8Array[] = [];
    let done = given;
    for (const { start, end, mask } of spans) {
      if (start >= limit) break;
      parts.push(bytes.subarray(done, Math.max(done, start)), mask);
      done = end;
    }
    given = Math.max(done, limit);
    parts.push(bytes.subarray(done, given));
    const result = Buffer.concat(parts);
    // A multiple of four goes, because UTF-32 goes by fours, and UTF-16 by pairs.
    const dropped = isLast ? bytes.length : Math.max(0, given - contextBytes) & ~3;
    bytes = Buffer.from(bytes.subarray(dropped));
    given = Math.max(0, given - dropped);
    return result;
  };

  return {
    push: (chunk) => {
      bytes = Buffer.concat([bytes, typeof chunk === "string" ? Buffer.from(chunk) : chunk]);
      return mask.push(advance(false));
    },
    flush: () => {
      const rest = mask.push(advance(true));
      given = 0;
      return Buffer.concat([rest, mask.flush()]);
    },
  };
}

const contextBytes = 64;

interface Beginnings {
  readonly texts: ReadonlySet<string>;
  readonly longest: number;
}

function beginningsOf(anchors: readonly string[]): Beginnings {
  const texts = new Set<string>();
  for (const anchor of anchors) {
    for (let size = 1; size < anchor.length; size += 1) texts.add(anchor.slice(0, size));
  }
  return { texts, longest: Math.max(0, ...anchors.map(({ length }) => length)) };
}

// A key may begin a few bytes before its anchor: with a digit that it shares, a zero byte, or more backslashes.
const mostInFront = 4;

/** Gives where the anchor starts that the bytes may end with a part of. */
function openTail(bytes: Buffer, { texts, longest }: Beginnings): number {
  const tail = bytes.toString("latin1", Math.max(0, bytes.length - longest));
  let size = tail.length;
  while (size > 0 && !texts.has(tail.slice(-size))) size -= 1;
  return inFrontOf(bytes, bytes.length - size);
}

function inFrontOf(bytes: Buffer, offset: number): number {
  let start = offset;
  while (start > 0 && offset - start < mostInFront && mayBelong(bytes[start - 1] ?? 0)) start -= 1;
  return start;
}

function mayBelong(byte: number): boolean {
  return byte === 0 || /[0-9A-Za-z+/\\_-]/.test(String.fromCharCode(byte));
}

// The most bytes behind a key that decide whether it goes on: a joint, or a whole line of digits.
const mostBehind = 256;

/** Gives where the first key starts that later bytes may still be a part of. */
function openHit(bytes: Buffer, hits: HitsByDecoder, spans: readonly MaskSpan[]): number {
  const near = bytes.length - mostBehind;
  let open = bytes.length;
  const last = spans.filter(({ end }) => end > near);
  for (const { start, isOver } of last) {
    if (!isOver) open = Math.min(open, inFrontOf(bytes, start));
  }
  const isCovered = (offset: number): boolean =>
    last.some(({ start, end }) => start <= offset + 1 && offset < end);
  for (const own of hits) {
    for (const { start } of own ?? []) {
      if (start > near && !isCovered(start)) open = Math.min(open, inFrontOf(bytes, start));
    }
  }
  return open;
}
