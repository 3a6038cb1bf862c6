import { redact } from "@keywarden/key-format";
import { isWordByte } from "./boundary.ts";
import { longestBody } from "./candidate.ts";
import type { Readings } from "../search/locate.ts";
import type { Span } from "./span.ts";
import { isJointLead } from "../decoders/joint.ts";
import type { Reading } from "../decoders/decoder.ts";

/** A key in bytes, and what to write in its place. */
export interface MaskSpan extends Span {
  readonly mask: Uint8Array;
  /** Whether no later byte can make the key longer. */
  readonly isOver: boolean;
}

// Fewer characters behind a prefix are prose about keys (key-formats.md §8.3).
const shortestBody = 8;

/** Gives what is to be masked, ordered and without overlap: all that starts like a key, wherever it starts. */
export function coverSpans(bytes: Buffer, locations: readonly Readings[]): readonly MaskSpan[] {
  const spans: MaskSpan[] = [];
  for (const readings of locations) {
    const certain = readings
      .filter(({ isGuess }) => isGuess !== true)
      .flatMap((one) => spanOf(one, bytes) ?? []);
    const guessed = readings
      .filter(({ isGuess }) => isGuess === true)
      .flatMap((one) => spanOf(one, bytes) ?? []);
    const [longest] = (certain.length > 0 ? certain : guessed).sort((one, other) => other.end - one.end);
    if (longest === undefined) continue;
    const last = spans.at(-1);
    if (last === undefined || longest.start >= last.end) spans.push(longest);
    else if (longest.end > last.end) {
      spans[spans.length - 1] = { ...last, end: longest.end, isOver: longest.isOver };
    }
  }
  return spans;
}

function spanOf(reading: Reading, bytes: Buffer): MaskSpan | null {
  const { prefix, bytes: text, start, encoding } = reading;
  const bodyStart = start + prefix.text.length;
  let bodyEnd = bodyStart;
  while (bodyEnd < bodyStart + longestBody && isWordByte(text[bodyEnd])) bodyEnd += 1;
  if (bodyEnd - bodyStart < shortestBody) return null;
  const first = reading.offsetOf(start);
  const end = reading.endOffsetOf(bodyEnd);
  const mask = redact(text.toString("latin1", start, bodyEnd), prefix.text);
  const isOver = encoding === "plain" && bytes[end] !== undefined && !isJointLead(bytes[end]);
  return {
    start: first,
    end,
    isOver,
    mask: encoding === "utf-16" ? wide(mask, bytes[first] === 0) : Buffer.from(mask),
  };
}

function wide(text: string, isBigEndian: boolean): Uint8Array {
  const bytes = Buffer.from(text, "utf16le");
  return isBigEndian ? bytes.swap16() : bytes;
}
