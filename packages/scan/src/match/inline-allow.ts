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
  { bytes, start }: Pick<Reading, "bytes" | "start">,
  end: number,
  providers: readonly ProviderProfile[],
): string | null {
  if (
    !bytes.subarray(Math.max(0, start - surroundingBytes), end + surroundingBytes).includes("keywarden:allow")
  )
    return null;
  const { own, after, alone } = linesBeside({ bytes, start }, end, standsAlone);
  const reasons = [reasonIn(after), reasonIn(own), alone === null ? null : reasonIn(alone)].filter(
    (reason) => reason !== null,
  );
  const [reason] = [...reasons.filter((text) => text !== ""), ...reasons];
  return reason === undefined ? null : redactWithin(printable(reason), providers);
}

/**
 * Gives the comment of another scanner that stands beside a key as a `keywarden:allow` would; `null` where there is none.
 * It accepts nothing: whoever comes from that scanner is told so.
 */
export function readForeignAllow(reading: Pick<Reading, "bytes" | "start">, end: number): string | null {
  const { own, after, alone } = linesBeside(reading, end, foreignAlone);
  for (const line of [after, own, alone ?? ""]) {
    const found = foreignMarker.exec(line)?.[0];
    if (found !== undefined) return found.replace(/\s+/g, " ");
  }
  return null;
}

const foreign =
  "gitleaks:allow|trufflehog:ignore|pragma:\\s{0,3}(?:allow|white)list(?: nextline)? secret|noqa:\\s{0,3}secret";
const foreignMarker = new RegExp(`(?<![A-Za-z0-9_:-])(?:${foreign})(?![A-Za-z0-9_:-])`);
const foreignAlone = new RegExp(`^[^\\p{L}\\p{N}]*(?:${foreign})`, "u");

interface Beside {
  /** The key's own line up to the key, and behind it. */
  readonly own: string;
  readonly after: string;
  /** The line before, where nothing but a marker stands on it. */
  readonly alone: string | null;
}

function linesBeside(
  { bytes, start }: Pick<Reading, "bytes" | "start">,
  end: number,
  isAlone: RegExp,
): Beside {
  const from = Math.max(0, start - surroundingBytes);
  const before = textOf(bytes, from, start).split(lineEnd);
  const [after = ""] = textOf(bytes, end, end + surroundingBytes).split(lineEnd, 1);
  const own = before.pop() ?? "";
  const previous = before.pop() ?? "";
  // Of a line that is cut off nobody knows what it begins with.
  const isWhole = before.length > 0 || from === 0;
  return { own, after, alone: isWhole && isAlone.test(previous) ? previous : null };
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
