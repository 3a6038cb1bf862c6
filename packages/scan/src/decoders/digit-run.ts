import { type DigitCode, noDigit } from "./digit-code.ts";
import { type Decoded, notText } from "./decoded.ts";

/** Digits that belong together, across the line ends of wrapped text. */
export interface DigitRun {
  /** Where each digit stands in the scanned bytes, ascending. */
  readonly offsets: Int32Array;
  /** The position of the first digit in its unit. */
  readonly phase: number;
  /** Whether the digits go on behind these. */
  readonly isCut: boolean;
}

/** Collects the digits around a hit: at most `before` in front of it, and `after` from it on. */
export function collectDigits(
  code: DigitCode,
  bytes: Buffer,
  hit: { readonly start: number; readonly phase: number },
  { before, after }: { readonly before: number; readonly after: number },
): DigitRun {
  const front = new Int32Array(before);
  let kept = before;
  let at = hit.start;
  // Not across a line end: what begins a line of digits is taken for a beginning.
  while (kept > 0) {
    at -= 1;
    if (!isDigit(code, bytes, at)) break;
    kept -= 1;
    front[kept] = at;
  }
  const back = new Int32Array(after);
  let count = 0;
  let next = hit.start;
  while (count < after && next !== -1) {
    back[count] = next;
    count += 1;
    next = nextDigit(code, bytes, next + 1, (hit.phase + count) % code.unitDigits);
  }
  const inFront = before - kept;
  const offsets = new Int32Array(inFront + count);
  offsets.set(front.subarray(kept));
  offsets.set(back.subarray(0, count), inFront);
  const phase = (((hit.phase - inFront) % code.unitDigits) + code.unitDigits) % code.unitDigits;
  return { offsets, phase, isCut: next !== -1 };
}

/** Decodes digits; leading characters with missing bits are not text. */
export function decodeDigits(code: DigitCode, bytes: Buffer, { offsets, phase }: DigitRun): Decoded {
  const { digitBits } = code;
  const total = Math.floor(((phase + offsets.length) * digitBits) / 8);
  const text = Buffer.alloc(total, notText);
  const starts = new Int32Array(total);
  const ends = new Int32Array(total);
  for (let index = 0; index < total; index += 1) {
    const first = Math.floor((index * 8) / digitBits);
    const last = Math.floor((index * 8 + 7) / digitBits);
    starts[index] = offsets[Math.max(0, first - phase)] ?? 0;
    ends[index] = (offsets[Math.max(0, last - phase)] ?? 0) + 1;
    if (first < phase) continue;
    let bits = 0;
    for (let digit = first; digit <= last; digit += 1) {
      bits = (bits << digitBits) | (code.values[bytes[offsets[digit - phase] ?? 0] ?? 0] ?? 0);
    }
    text[index] = (bits >> ((last + 1) * digitBits - (index + 1) * 8)) & 0xff;
  }
  return { bytes: text, starts, ends };
}

function nextDigit(code: DigitCode, bytes: Buffer, at: number, phase: number): number {
  if (isDigit(code, bytes, at)) return at;
  // Encoders wrap at a multiple of a unit (64 in PEM, 76 in MIME), so elsewhere a line end is an end.
  if (phase !== 0) return -1;
  const limit = at + longestLineEnd;
  let next = at;
  for (let size = lineEndSize(bytes, next); size > 0 && next < limit; size = lineEndSize(bytes, next))
    next += size;
  if (next === at) return -1;
  while (next < limit && (bytes[next] === space || bytes[next] === tab)) next += 1;
  return isDigit(code, bytes, next) && isWholeLine(code, bytes, next) ? next : -1;
}

// The next line of wrapped text holds nothing else; a line such as `NAME=value` is another matter.
function isWholeLine(code: DigitCode, bytes: Buffer, start: number): boolean {
  let at = start;
  const limit = start + longestLine;
  while (at < limit && isDigit(code, bytes, at)) at += 1;
  while (at < limit && bytes[at] === equals) at += 1;
  const behind = bytes[at];
  return at < limit && (behind === undefined || lineCloses.has(behind));
}

// The letter of a `\n` is not a digit.
function isDigit(code: DigitCode, bytes: Buffer, at: number): boolean {
  const byte = bytes[at];
  if (byte === undefined || code.values[byte] === noDigit) return false;
  return (byte !== letterN && byte !== letterR) || bytes[at - 1] !== backslash;
}

// Also as it stands inside a JSON string.
function lineEndSize(bytes: Buffer, at: number): 0 | 1 | 2 {
  const byte = bytes[at];
  if (byte === lineFeed || byte === carriageReturn) return 1;
  return byte === backslash && (bytes[at + 1] === letterN || bytes[at + 1] === letterR) ? 2 : 0;
}

const letterN = 0x6e;
const letterR = 0x72;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const tab = 0x09;
const backslash = 0x5c;
const equals = 0x3d;
const lineCloses = new Set(Array.from("\n\r\\\"'`,;)<} \t", (character) => character.charCodeAt(0)));

/** The most bytes between two lines of digits. */
export const longestLineEnd = 40;

/** The most bytes that a wrapped line may have. */
export const longestLine = 160;
