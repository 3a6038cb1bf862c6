import { isLeftBoundary } from "../boundary.ts";
import type { KeyPrefix } from "../key-prefix.ts";
import type { Reading, View, ViewOptions } from "./view.ts";

/**
 * Reads keys that are written with two bytes a character, in either byte order and at any offset, with or without
 * a byte order mark: Windows exports, PowerShell redirections, strings inside executables.
 */
export function makeUtf16View({ prefixes, charactersBefore, charactersAfter }: ViewOptions): View {
  const reachCharacters = Math.max(charactersBefore, charactersAfter);
  return {
    anchors: prefixes.map((prefix) => {
      const text = Array.from(prefix.text).join("\0");
      return { text, bytes: Buffer.from(text, "latin1"), prefix, phase: 0 };
    }),
    reachBytes: 2 * reachCharacters + 2,
    read: (bytes, hits, visit) => {
      for (const { start, anchor } of hits) {
        const { prefix } = anchor;
        if (prefix === null) continue;
        // The byte order shows only in what is not ASCII, so a doubt is settled by the offset, then by what makes it a key.
        const guess = bytes[start - 1] === 0 && start % 2 === 1 ? 1 : 0;
        const reading = readWindow(bytes, start, prefix, guess, reachCharacters);
        const isKey = isLeftBoundary(reading.bytes, reading.start);
        visit(isKey ? reading : readWindow(bytes, start, prefix, guess === 0 ? 1 : 0, reachCharacters));
      }
    },
  };
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
  return { view: "utf-16", prefix, bytes: window, start: before, offsetOf, endOffsetOf: offsetOf };
}
