import type { ProviderProfile } from "@keywarden/key-format";
import { groupByPrefix } from "./key-prefix.ts";

/**
 * Lists texts, one character a byte, of which every key shows one in some line of the bytes that hold it: bytes whose
 * lines (ended by LF) hold none of them hold no key in any form that a scan reads.
 *
 * None of the texts holds a line feed, and none holds another. Other programs can search for them faster than a scan
 * can be started.
 */
export function listTelltales(providers: readonly ProviderProfile[]): readonly string[] {
  const anchors = groupByPrefix(providers).flatMap(({ text }) => [text, Array.from(text).join("\0")]);
  return withoutLonger([...anchors, ...packed].map(longestLine));
}

// Files that hold others in packed form show no anchor before they are unpacked: gzip, zip.
const packed = ["\x1f\x8b\x08", "PK\x03\x04", "PK\x05\x06"];

// Wrapped text breaks an anchor in two; one of the pieces has half of it.
function longestLine(text: string): string {
  return text.split("\n").reduce((longest, line) => (line.length > longest.length ? line : longest));
}

function withoutLonger(texts: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (const text of [...new Set(texts)].sort((one, other) => one.length - other.length)) {
    if (!kept.some((shorter) => text.includes(shorter))) kept.push(text);
  }
  return kept.sort();
}
