import { classTable, isLiteral } from "@keywarden/key-format";
import { isLeftBoundary } from "./boundary.ts";
import type { KeyPrefix, LedPattern } from "./key-prefix.ts";
import { standsApart } from "./stands-apart.ts";

/** Whether what a text leads to may stand at `start`, by a look at a few bytes beside it. */
export type MayBegin = (bytes: Uint8Array, start: number) => boolean;

const mostLookedAt = 12;

interface Behind {
  readonly table: Uint8Array;
  readonly count: number;
}

/** Makes the look that spares the rest where a short text, such as `test_`, is a part of words; `undefined` where there is none. */
export function makeMayBegin(prefix: KeyPrefix): MayBegin | undefined {
  const { text, formats, patterns } = prefix;
  if (formats.length > 0 || patterns.some(({ isBeside }) => isBeside)) return undefined;
  const mustStandApart = standsApart(prefix);
  const behind = patterns.map(runBehind);
  return (bytes, start) => {
    if (mustStandApart && !isLeftBoundary(bytes, start)) return false;
    return behind.some((run) => run === null || isRun(bytes, start + text.length, run));
  };
}

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
