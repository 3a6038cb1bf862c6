import { classTable, isLiteral, isOfClass } from "@keywarden/key-format";
import { isLeftBoundary, isTellingInWord } from "./boundary.ts";
import type { KeyPrefix, LedPattern } from "./key-prefix.ts";

/** Whether what a text leads to may stand at `start`, by a look at a few bytes beside it. */
export type MayBegin = (bytes: Uint8Array, start: number) => boolean;

const mostLookedAt = 12;

interface Behind {
  readonly table: Uint8Array;
  readonly count: number;
}

/** Makes the look that spares the rest where a short text, such as `test_`, is a part of words; `undefined` where there is none. */
export function makeMayBegin({ text, formats, patterns }: KeyPrefix): MayBegin | undefined {
  if (formats.length > 0 || patterns.some(({ isBeside }) => isBeside)) return undefined;
  const mustStandApart =
    isOfClass("base62", text.charCodeAt(0)) &&
    patterns.every(({ variant }) => variant.anchor === 0) &&
    !(isTellingInWord(text) && patterns.every(endsAtSeparator));
  const behind = patterns.map(runBehind);
  return (bytes, start) => {
    if (mustStandApart && !isLeftBoundary(bytes, start)) return false;
    return behind.some((run) => run === null || isRun(bytes, start + text.length, run));
  };
}

// `live_` with a body that may hold `_` is a part of many names.
function endsAtSeparator({ variant }: LedPattern): boolean {
  const next = variant.parts[variant.anchor + 1];
  return next !== undefined && !isLiteral(next) && !isOfClass(next.characters, underscore);
}

const underscore = 0x5f;

function runBehind({ variant }: LedPattern): Behind | null {
  const next = variant.parts[variant.anchor + 1];
  if (next === undefined || isLiteral(next)) return null;
  return { table: classTable(next.characters), count: Math.min(mostLookedAt, next.min) };
}

function isRun(bytes: Uint8Array, start: number, { table, count }: Behind): boolean {
  for (let index = start + count - 1; index >= start; index -= 1) {
    if (table[bytes[index] ?? 256] !== 1) return false;
  }
  return true;
}
