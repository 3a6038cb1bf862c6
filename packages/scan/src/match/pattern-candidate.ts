import {
  isChecksumRight,
  isLiteral,
  isOfClass,
  matchVariant,
  matchVariantFrom,
  readStructure,
  RunMemory,
} from "@keywarden/key-format";
import type { PatternSpan, PatternVariant, ServiceSpelling, StructureFacts } from "@keywarden/key-format";
import type { Reading } from "../decoders/decoder.ts";
import { hasVariety, isInDigits, isLeftBoundary, isRightBoundary } from "./boundary.ts";
import type { LedPattern } from "./key-prefix.ts";
import { findAround } from "./led/find-around.ts";
import { asField, findValues, isWholeValue } from "./led/service-name.ts";
import { isProvableInWord } from "./stands-apart.ts";

/** Text that a pattern accepts, and what it says of itself. */
export interface PatternCandidate extends LedPattern {
  readonly reading: Reading;
  /** Where the key stands in `reading.bytes`; the prefix of the reading may stand elsewhere. */
  readonly span: PatternSpan;
  readonly facts: StructureFacts | null;
}

/** The most characters that any pattern takes; what is longer is data. */
export const longestPattern = 8192;

// One set of bytes is looked at at many locations, one after another.
const memories = new WeakMap<Uint8Array, RunMemory>();

/** Gives what the patterns accept that the prefix of a reading leads to, whole keys only. */
export function readPatternCandidates(reading: Reading): readonly PatternCandidate[] {
  const { bytes, prefix } = reading;
  if (prefix.patterns.length === 0) return [];
  const memory = memories.get(bytes) ?? new RunMemory();
  memories.set(bytes, memory);
  return prefix.patterns.flatMap((led) => {
    return spansOf(reading, led, memory).flatMap((found) => {
      const span = wholeSpan(led, bytes, found);
      if (span === null || !(isApart(bytes, span) || isProvenInWord(led, bytes, span))) return [];
      if (reading.isGuess === true && !hasOneLength(led)) return [];
      if (!led.isBeside && isInDigits(bytes, span) && !isProven(led, bytes, span)) return [];
      const { structure } = led.pattern;
      const facts =
        structure === undefined
          ? null
          : readStructure(structure, bytes.toString("latin1", span.start, span.end));
      return facts?.holds === false ? [] : [{ ...led, reading, span, facts }];
    });
  });
}

function spansOf(reading: Reading, led: LedPattern, memory: RunMemory): readonly PatternSpan[] {
  if (led.service !== undefined) return spansOfService(reading, led, led.service, memory);
  const span = led.isBeside
    ? spanBehind(reading, led, memory)
    : matchVariant(reading.bytes, led.variant, reading.start, memory);
  return span === null ? [] : [span];
}

// Two strings beside each other may as well be two values: then only a length or a checksum shows a key.
const hasOneLength = ({ pattern, variant }: LedPattern): boolean =>
  pattern.checksum !== undefined || variant.min === variant.max;

// A key that begins or ends with a letter or digit is not glued to another one.
function isApart(bytes: Buffer, { start, end }: PatternSpan): boolean {
  const isLeft = !isOfClass("base62", bytes[start]) || isLeftBoundary(bytes, start);
  return isLeft && (!isOfClass("base62", bytes[end - 1]) || isRightBoundary(bytes, end));
}

function isProven(
  { pattern: { checksum }, variant }: LedPattern,
  bytes: Buffer,
  { start, end }: PatternSpan,
): boolean {
  return (
    checksum !== undefined && isChecksumRight(checksum, bytes.toString("latin1", start, end), variant.prefix)
  );
}

const longestFixed = 32;

// Letters in front of a key are told from it by its checksum, or where all its lengths are fixed and it is no name.
function isProvenInWord(led: LedPattern, bytes: Buffer, { start, end, runs }: PatternSpan): boolean {
  if (!isProvableInWord(led) || !isRightBoundary(bytes, end)) return false;
  const text = bytes.toString("latin1", start, end);
  const { checksum } = led.pattern;
  if (checksum !== undefined) return isChecksumRight(checksum, text, led.variant.prefix);
  return runs.some(
    (run) => run.end - run.start >= longestFixed || hasVariety(bytes.toString("latin1", run.start, run.end)),
  );
}

const longestName = 24;
const longestGap = 12;
const longestField = 80;
const fieldBehind = new RegExp(String.raw`^${asField}["'\x60]?`);
const quotes = new Set(Array.from("\"'`", (character) => character.charCodeAt(0)));
const separators = new Set(Array.from(" \t\"'`:=>,([{|?", (character) => character.charCodeAt(0)));

// `AWS_SECRET_ACCESS_KEY_PROD: "…"`: the name may go on, and what parts it from the value is no text.
function spanBehind(
  { bytes, start, prefix }: Reading,
  { variant, pattern: { around } }: LedPattern,
  memory: RunMemory,
): PatternSpan | null {
  if (around !== undefined) {
    const spans = findAround(bytes, { start, end: start + prefix.text.length }, around).flatMap((found) => {
      // What stands around it says where it ends, whatever of its characters follow.
      const span = matchVariantFrom(bytes.subarray(0, found.end), variant, found.start, new RunMemory());
      return span?.end === found.end ? [span] : [];
    });
    return spans[0] ?? null;
  }
  let at = start + prefix.text.length;
  for (let size = 0; size < longestName && isOfClass("word", bytes[at]); size += 1) at += 1;
  const gap = at;
  while (at - gap < longestGap && separators.has(bytes[at] ?? 0)) at += 1;
  const behind =
    at === gap ? null : matchVariantFrom(bytes, variant, beginOf(bytes, variant, gap, at), memory);
  if (behind !== null) return behind;
  const field = fieldBehind.exec(bytes.toString("latin1", gap, gap + longestField));
  return field === null ? null : matchVariantFrom(bytes, variant, gap + field[0].length, memory);
}

// A key may itself begin with what parts it from the name: then a quote does that.
function beginOf(bytes: Buffer, { parts: [first] }: PatternVariant, gap: number, at: number): number {
  if (first === undefined || isLiteral(first)) return at;
  for (let from = at; from > gap; from -= 1) {
    if (quotes.has(bytes[from - 1] ?? 0)) return from;
    if (!isOfClass(first.characters, bytes[from - 1])) return at;
  }
  return at;
}

function spansOfService(
  { bytes, start, prefix }: Reading,
  { variant }: LedPattern,
  service: ServiceSpelling,
  memory: RunMemory,
): readonly PatternSpan[] {
  return findValues(bytes, { start, end: start + prefix.text.length }, service).flatMap((at) => {
    const span = matchVariantFrom(bytes, variant, at, memory);
    return span !== null && isWholeValue(bytes, span) ? [span] : [];
  });
}

// A block goes from the line that begins it to the line that ends it, however the lines are joined.
function wholeSpan(
  { pattern: { structure } }: LedPattern,
  bytes: Buffer,
  found: PatternSpan,
): PatternSpan | null {
  if (structure === "pem") return wholeBlock(bytes, found, endOfPem(bytes, found.end));
  if (structure === "ppk") return wholeBlock(bytes, found, endOfPpk(bytes, found.end));
  return found;
}

const dashes = Buffer.from("-----");
const fewestDigits = 64;

/** Where the body of a block ends, and where the line behind it does; `null` where there is none. */
type BlockEnd = { readonly body: number; readonly line: number } | null;

function endOfPem(bytes: Buffer, bodyStart: number): BlockEnd {
  const close = bytes.indexOf(dashes, bodyStart);
  if (close === -1 || bytes.toString("latin1", close + 5, close + 9) !== "END ") return null;
  const last = bytes.indexOf(dashes, close + 9);
  return last === -1 ? null : { body: close, line: last + dashes.length };
}

function endOfPpk(bytes: Buffer, bodyStart: number): BlockEnd {
  const text = bytes.toString("latin1", bodyStart, bodyStart + longestPattern);
  const found = /Private-(?:MAC|Hash): [0-9a-f]{40,64}/.exec(text);
  return found === null
    ? null
    : { body: bodyStart + found.index, line: bodyStart + found.index + found[0].length };
}

function wholeBlock(
  bytes: Buffer,
  { start, end: bodyStart }: PatternSpan,
  end: BlockEnd,
): PatternSpan | null {
  if (end === null || end.line > start + longestPattern) return null;
  const body = bytes.toString("latin1", bodyStart, end.body);
  const digits = body.replace(/[^0-9A-Za-z+/]/g, "").length;
  // A block of mostly other text is a template or a rule that looks for such blocks.
  if (digits < fewestDigits || digits * 2 < body.length) return null;
  return { start, end: end.line, runs: [{ start: bodyStart, end: end.body }] };
}
