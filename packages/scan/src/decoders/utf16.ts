import { isLeftBoundary } from "../match/boundary.ts";
import type { KeyPrefix } from "../match/key-prefix.ts";
import type { Reading, Decoder, DecoderOptions } from "./decoder.ts";
import { wordLength } from "./word-length.ts";

/**
 * Reads keys that are written with two bytes a character, in either byte order and at any offset, with or without
 * a byte order mark: Windows exports, PowerShell redirections, strings inside executables.
 */
export function makeUtf16Decoder({ prefixes, charactersBefore, charactersAfter }: DecoderOptions): Decoder {
  const reachCharacters = Math.max(charactersBefore, charactersAfter);
  return {
    anchors: prefixes.map((prefix) => ({ text: prefix.text.split("").join("\0"), prefix, phase: 0 })),
    reachBytes: 2 * reachCharacters + 2,
    read: (bytes, hits, visit) => {
      for (const { start, anchor } of hits) {
        const { prefix } = anchor;
        if (prefix === null) continue;
        const little = readWindow(bytes, start, prefix, 0, reachCharacters);
        // A little-endian character before the key would leave its zero byte here, and so would a big-endian key.
        const isClear = bytes[start - 1] !== 0;
        visit(
          isClear ? little : likelier(little, readWindow(bytes, start, prefix, 1, reachCharacters), start),
        );
      }
    },
  };
}

// The wrong byte order loses the last character where the text around is not of the same sort. Where it does not, the
// boundary and then the offset decide.
function likelier(little: Reading, big: Reading, start: number): Reading {
  const difference = wordLength(big) - wordLength(little);
  if (difference !== 0) return difference > 0 ? big : little;
  const [first, second] = start % 2 === 1 ? [big, little] : [little, big];
  return isLeftBoundary(first.bytes, first.start) ? first : second;
}

const notAscii = 0xff;

// `lowByte` is the index of the byte that carries ASCII in each pair: 0 for little endian, 1 for big endian.
function readWindow(
  bytes: Buffer,
  start: number,
  prefix: KeyPrefix,
  lowByte: 0 | 1,
  reachCharacters: number,
): Reading {
  const pairStart = start - lowByte;
  const before = Math.min(reachCharacters, Math.floor(Math.max(0, pairStart) / 2));
  const origin = pairStart - 2 * before;
  const count = Math.min(before + reachCharacters, Math.ceil((bytes.length - origin) / 2));
  const window = Buffer.allocUnsafe(count);
  for (let index = 0; index < count; index += 1) {
    const low = origin + 2 * index + lowByte;
    const high = origin + 2 * index + 1 - lowByte;
    window[index] = (bytes[high] ?? 0) === 0 ? (bytes[low] ?? notAscii) : notAscii;
  }
  const offsetOf = (index: number): number => Math.max(0, origin + 2 * index);
  return { encoding: "utf-16", prefix, bytes: window, start: before, offsetOf, endOffsetOf: offsetOf };
}
