import type { KeyPrefix } from "../match/key-prefix.ts";
import { notText } from "./decoded.ts";
import type { Decoder, DecoderOptions, Reading } from "./decoder.ts";
import { wordLength } from "./word-length.ts";

/** Reads keys that are written with four bytes a character, in either byte order, as git's `working-tree-encoding` has it. */
export function makeUtf32Decoder({ prefixes, charactersBefore, charactersAfter }: DecoderOptions): Decoder {
  const reachCharacters = Math.max(charactersBefore, charactersAfter);
  return {
    anchors: prefixes.map((prefix) => ({ text: prefix.text.split("").join("\0\0\0"), prefix, phase: 0 })),
    reachBytes: 4 * reachCharacters + 4,
    read: (bytes, hits, visit) => {
      for (const { start, anchor } of hits) {
        const { prefix } = anchor;
        if (prefix === null) continue;
        const little = readWindow(bytes, { start, low: 0 }, prefix, reachCharacters);
        const big = readWindow(bytes, { start, low: 3 }, prefix, reachCharacters);
        visit(likelier(little, big, start));
      }
    },
  };
}

// The wrong byte order loses the last character where the text around is not of the same sort.
function likelier(little: Reading, big: Reading, start: number): Reading {
  const difference = wordLength(big) - wordLength(little);
  if (difference !== 0) return difference > 0 ? big : little;
  return start % 4 === 3 ? big : little;
}

// The byte that holds ASCII is the first of its four in little endian, and the last in big endian.
function readWindow(
  bytes: Buffer,
  { start, low }: { readonly start: number; readonly low: 0 | 3 },
  prefix: KeyPrefix,
  reachCharacters: number,
): Reading {
  const unitStart = start - low;
  const before = Math.min(reachCharacters, Math.floor(Math.max(0, unitStart) / 4));
  const origin = unitStart - 4 * before;
  const count = Math.min(before + reachCharacters, Math.floor((bytes.length - origin) / 4));
  const window = Buffer.allocUnsafe(Math.max(0, count));
  for (let index = 0; index < count; index += 1) {
    const unit = origin + 4 * index;
    const isAscii = [0, 1, 2, 3].every((at) => at === low || bytes[unit + at] === 0);
    window[index] = isAscii ? (bytes[unit + low] ?? notText) : notText;
  }
  const offsetOf = (index: number): number => Math.max(0, origin + 4 * index);
  return { encoding: "utf-32", prefix, bytes: window, start: before, offsetOf, endOffsetOf: offsetOf };
}
