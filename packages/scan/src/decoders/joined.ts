import { isAlphanumeric, isLeftBoundary, isWordByte } from "../match/boundary.ts";
import type { KeyPrefix } from "../match/key-prefix.ts";
import { standsApart } from "../match/stands-apart.ts";
import { readingOf } from "./decoded.ts";
import { isJointLead, type Joint, longestJoint, readJoint } from "./joint.ts";
import { anchorsOf, formsOf } from "./forms/anchor-forms.ts";
import type { Anchor, Hit, Reading, Decoder, DecoderOptions } from "./decoder.ts";

/** The most bytes between the start of a key in pieces and its end. */
const longestSpan = 4096;

/**
 * Reads keys that are split over adjacent string literals: joined by an operator, by nothing but white space, by a
 * line continuation, or by a template, with comments between them or not. A prefix may be split behind each of its words, a body anywhere.
 */
export function makeJoinedDecoder(options: DecoderOptions): Decoder {
  const { prefixes } = options;
  const isWide = prefixes.some(({ alphabets }) => alphabets.includes("base64url"));
  const anchors = [
    ...prefixes.map((prefix) => ({ text: prefix.text, prefix, phase: 0 })),
    ...anchorsOf(prefixes.map(({ text }) => formsOf(text).joined)),
  ];
  return makeDecoder(options, anchors, isWide ? isWordByte : isAlphanumeric);
}

/** Reads the same of hundreds of prefixes that stand in one piece: only the body may be split. */
export function makeLooseJoinedDecoder(options: DecoderOptions): Decoder {
  const anchors = options.prefixes.map((prefix): Anchor => {
    const mustStandApart = standsApart(prefix);
    const size = prefix.text.length;
    const mayBeWord = /^[0-9A-Za-z]+$/.test(prefix.text);
    const suits = (bytes: Uint8Array, start: number): boolean =>
      breaksOff(bytes, start + size, mayBeWord) && (!mustStandApart || isLeftBoundary(bytes, start));
    return { text: prefix.text, prefix, phase: 0, suits };
  });
  return makeDecoder(options, anchors, isPatternByte);
}

// Whatever the classes of patterns hold, but an equals sign: quoted-printable breaks lines behind it.
const isPatternByte = (byte: number | undefined): boolean =>
  isWordByte(byte) || (byte !== undefined && patternBytes.has(byte));
const patternBytes = new Set(Array.from("./+~:", (character) => character.charCodeAt(0)));

const longestPiece = 160;
const longestWord = 3;

// Most texts end with a space, most strings with a comma or a bracket, and many prefixes begin words as well.
function breaksOff(bytes: Uint8Array, start: number, mayBeWord: boolean): boolean {
  let end = start;
  while (end < start + longestPiece && isPatternByte(bytes[end])) end += 1;
  if (!isJointLead(bytes[end]) || endsString.has(bytes[end + 1] ?? 0)) return false;
  if (end - start <= longestWord) return !mayBeWord;
  const piece = String.fromCharCode(...bytes.subarray(start, end));
  return /[0-9]/.test(piece) || (/[a-z]/.test(piece) && /[A-Z]/.test(piece));
}

// `"…",`, `"…")`, `"…";`, `"…":`, `"…"]`, `"…">` and `"…"}`.
const endsString = new Set(Array.from(",);:]>}", (character) => character.charCodeAt(0)));

function makeDecoder(
  { prefixes, search, charactersBefore, charactersAfter }: DecoderOptions,
  anchors: readonly Anchor[],
  isBodyByte: (byte: number | undefined) => boolean,
): Decoder {
  const longestPrefix = Math.max(0, ...prefixes.map(({ text }) => text.length));

  const readPieces = (bytes: Buffer, { start, anchor }: Hit, visit: (reading: Reading) => void): void => {
    const join = (most: number): Pieces | null =>
      joinPieces(bytes, start, { before: charactersBefore, most, longestPrefix, isBodyByte });
    const found: KeyPrefix[] = [];
    if (anchor.prefix === null) {
      const beginning = join(longestPrefix);
      if (beginning === null) return;
      search(beginning.bytes, (at: number, prefix) => {
        if (at === beginning.found) found.push(prefix);
      });
      if (found.length === 0) return;
    }
    const pieces = join(charactersAfter);
    if (pieces === null) return;
    for (const prefix of anchor.prefix === null ? found : [anchor.prefix]) {
      const window = { found: pieces.found, from: 0, to: pieces.bytes.length };
      visit({ ...readingOf(pieces, pieces.form, prefix, window), isGuess: pieces.isGuess });
    }
  };

  return {
    anchors,
    reachBytes: longestSpan + longestJoint + charactersAfter,
    read: (bytes, hits, visit) => {
      let runEnd = 0;
      for (const { start, anchor } of hits) {
        const first = start + anchor.phase;
        if (runEnd <= first) runEnd = first;
        while (isBodyByte(bytes[runEnd]) || isWordByte(bytes[runEnd])) runEnd += 1;
        // Most keys are whole, and show it right where their run ends.
        if (readJoint(bytes, runEnd) !== null) readPieces(bytes, { start: first, anchor }, visit);
      }
    },
  };
}

const mostJoints = 32;

interface JoinOptions {
  /** The most characters in front of the key. */
  readonly before: number;
  /** The most characters of the key and behind it. */
  readonly most: number;
  readonly longestPrefix: number;
  readonly isBodyByte: (byte: number | undefined) => boolean;
}

interface Pieces {
  readonly bytes: Buffer;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly found: number;
  readonly isGuess: boolean;
  /** What the first joint is. */
  readonly form: Joint["form"];
}

// Reads on while text could belong to a key; `null` where nothing was joined.
function joinPieces(
  bytes: Buffer,
  start: number,
  { before, most, longestPrefix, isBodyByte }: JoinOptions,
): Pieces | null {
  const offsets: number[] = [];
  for (let at = Math.max(0, start - before); at < start; at += 1) offsets.push(at);
  const found = offsets.length;
  const limit = Math.min(bytes.length, start + longestSpan);
  let joints = 0;
  let isGuess = false;
  let form: Joint["form"] | undefined;
  let at = start;
  while (at < limit && offsets.length < found + most) {
    const isPrefix = offsets.length < found + longestPrefix;
    if (isPrefix ? isWordByte(bytes[at]) : isBodyByte(bytes[at])) {
      offsets.push(at);
      at += 1;
      continue;
    }
    const joint = joints < mostJoints ? readJoint(bytes, at) : null;
    if (joint === null) break;
    joints += 1;
    isGuess ||= joint.isGuess;
    form ??= joint.form;
    at = joint.end;
  }
  if (form === undefined) return null;
  // What follows tells where the key ends.
  for (let end = at; end < Math.min(bytes.length, at + before); end += 1) offsets.push(end);
  const starts = Int32Array.from(offsets);
  const joined = Buffer.from(Uint8Array.from(offsets, (offset) => bytes[offset] ?? 0));
  return { bytes: joined, starts, ends: starts.map((offset) => offset + 1), found, isGuess, form };
}
