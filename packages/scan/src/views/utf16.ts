import { isLeftBoundary } from "../boundary.ts";
import { makePrefixSearch } from "../byte-search.ts";
import type { KeyPrefix } from "../key-prefix.ts";
import type { Reading, View } from "./view.ts";

/**
 * Reads keys that are written with two bytes a character, in either byte order and at any offset, with or without
 * a byte order mark: Windows exports, PowerShell redirections, strings inside executables.
 */
export function makeUtf16View(prefixes: readonly KeyPrefix[], reachCharacters: number): View {
  const originals = new Map<KeyPrefix, KeyPrefix>();
  for (const prefix of prefixes) {
    const text = Array.from(prefix.text).join("\0");
    originals.set({ ...prefix, text, bytes: Buffer.from(text, "latin1") }, prefix);
  }
  const search = makePrefixSearch([...originals.keys()]);
  return {
    reachBytes: 2 * reachCharacters + 2,
    visit: (bytes, visit) => {
      if (!bytes.includes(0)) return;
      search(bytes, (start, wide) => {
        const prefix = originals.get(wide);
        if (prefix === undefined) return;
        // The byte order shows only in what is not ASCII, so a doubt is settled by the offset, then by what makes it a key.
        const guess = bytes[start - 1] === 0 && start % 2 === 1 ? 1 : 0;
        const reading = readWindow(bytes, start, prefix, guess, reachCharacters);
        const isKey = isLeftBoundary(reading.bytes, reading.start);
        visit(isKey ? reading : readWindow(bytes, start, prefix, guess === 0 ? 1 : 0, reachCharacters));
      });
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
  return {
    prefix,
    bytes: window,
    start: before,
    offsetOf: (index) => Math.max(0, origin + 2 * index),
  };
}
