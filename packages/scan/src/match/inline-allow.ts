import { redactWithin } from "@keywarden/key-format";
import type { ProviderProfile } from "@keywarden/key-format";
import { printable } from "../printable.ts";
import { surroundingBytes } from "./surroundings.ts";
import type { Reading } from "../decoders/decoder.ts";

/**
 * Gives the reason of a `keywarden:allow <reason>` beside a key that ends at `end`: on its own line, or alone on the line before.
 *
 * The reason is empty when the marker gives none, and `null` means that there is no marker. Both the marker and the
 * key must stand within the surroundings of a key. Keys in a reason are redacted.
 */
export function readInlineAllow(
  { bytes, start }: Reading,
  end: number,
  providers: readonly ProviderProfile[],
): string | null {
  const from = Math.max(0, start - surroundingBytes);
  if (!bytes.subarray(from, end + surroundingBytes).includes("keywarden:allow")) return null;
  const before = textOf(bytes, from, start).split(lineEnd);
  const [after = ""] = textOf(bytes, end, end + surroundingBytes).split(lineEnd, 1);
  const own = before.pop() ?? "";
  const previous = before.pop() ?? "";
  // Of a line that is cut off nobody knows what it begins with.
  const isWhole = before.length > 0 || from === 0;
  const reasons = [
    reasonIn(after),
    reasonIn(own),
    isWhole && standsAlone.test(previous) ? reasonIn(previous) : null,
  ].filter((reason) => reason !== null);
  const [reason] = [...reasons.filter((text) => text !== ""), ...reasons];
  return reason === undefined ? null : redactWithin(printable(reason), providers);
}

const marker = /(?<![A-Za-z0-9_:-])keywarden:allow(?![A-Za-z0-9_:-])/;
// A marker at the end of a line of code is that line's own.
const standsAlone = /^[^\p{L}\p{N}]*keywarden:allow/u;
const lineEnd = /\r\n|\n|\r/;
const commentEnd = /\*\/|--+>|#\}|%>|\]\]>/;
const word = /\p{L}{2}/u;

function reasonIn(line: string): string | null {
  const found = marker.exec(line);
  if (found === null) return null;
  const [text = ""] = line.slice(found.index + found[0].length).split(commentEnd, 1);
  const reason = text.replace(/^[\s:=,-]+/, "").replace(/[\s"'`,;]+$/, "");
  return word.test(reason) ? reason : "";
}

// One byte a character would be enough to find the marker, but reasons are written in every language.
const textOf = (bytes: Buffer, start: number, end: number): string =>
  decoder.decode(bytes.subarray(start, end));
const decoder = new TextDecoder();
