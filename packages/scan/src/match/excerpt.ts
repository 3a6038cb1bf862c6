import { redactWithin } from "@keywarden/key-format";
import type { ProviderProfile } from "@keywarden/key-format";
import { printable } from "../printable.ts";
import type { Span } from "./span.ts";
import type { Reading } from "../decoders/decoder.ts";

/** What stands on the same line before and after a key; other keys in it are already redacted. */
export interface Excerpt {
  readonly before: string;
  readonly after: string;
}

/** How many characters of a line an excerpt shows on each side. */
const excerptLength = 120;

/** Cuts the line around a key that ends at `end` in the reading, without a byte that belongs to any of `spans`. */
export function cutExcerpt(
  reading: Reading,
  end: number,
  spans: readonly Span[],
  providers: readonly ProviderProfile[],
): Excerpt {
  const { bytes, start } = reading;
  let first = start;
  while (first > 0 && start - first < excerptLength && !isLineEnd(bytes[first - 1])) first -= 1;
  let last = end;
  while (last < bytes.length && last - end < excerptLength && !isLineEnd(bytes[last])) last += 1;
  const isHidden = (index: number): boolean => {
    const offset = reading.offsetOf(index);
    return spans.some((span) => span.start <= offset && offset < span.end);
  };
  const show = (from: number, to: number): string =>
    maskRuns(printable(visibleText(bytes, from, to, isHidden)), providers);
  return { before: show(first, start), after: show(end, last) };
}

const isLineEnd = (byte: number | undefined): boolean => byte === 0x0a || byte === 0x0d;

function visibleText(bytes: Buffer, from: number, to: number, isHidden: (index: number) => boolean): string {
  const parts: string[] = [];
  for (let index = from; index < to;) {
    const hidden = isHidden(index);
    let end = index + 1;
    while (end < to && isHidden(end) === hidden) end += 1;
    parts.push(hidden ? "…" : decoder.decode(bytes.subarray(index, end)));
    index = end;
  }
  return parts.join("");
}

const decoder = new TextDecoder();

// A key that is glued to a word is not a candidate but still a key. The same key often occurs again nearby in
// base64 or hex, as in a curl command with its header spelled out.
function maskRuns(text: string, providers: readonly ProviderProfile[]): string {
  return longRun.test(text) ? redactWithin(text, providers).replaceAll(longRuns, "…") : text;
}

// Nothing shorter holds a prefix with a body behind it.
const longRun = /[A-Za-z0-9+/=_-]{10}/;
const longRuns = /[A-Za-z0-9+/=]{20,}/g;
