import { makeNeedleFinder } from "./needle-finder.ts";
import type { ByteSearch, Needle } from "./needle.ts";
import { mostSought, packNeedles } from "./pack-needles.ts";
import { startsAt } from "./starts-at.ts";

/** The shortest needle that {@link makeNeedleSearch} looks for. */
export const shortestNeedle = 3;

/**
 * Makes a search that looks at a word of four bytes at every second byte, and with vectors for needles of three, in one
 * pass; `null` where WebAssembly or vectors are missing.
 *
 * Of the words at two consecutive offsets of a needle exactly one is looked at wherever the needle stands, so each
 * occurrence is met once.
 */
export function makeNeedleSearch<Sought extends Needle>(
  needles: readonly Sought[],
): ByteSearch<Sought> | null {
  const finder = makeNeedleFinder(packNeedles(needles.map(({ text }) => text)));
  if (finder === null) return null;
  return (bytes, visit) =>
    finder.find(bytes, (start, position) => {
      const needle = needles[position];
      if (needle === undefined) return;
      if (needle.text.length <= mostSought || startsAt(bytes, start, needle.text)) visit(start, needle);
    });
}
