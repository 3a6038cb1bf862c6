import { makeGramFinder } from "./gram-finder.ts";
import type { ByteSearch, Needle } from "./needle.ts";
import { startsAt } from "./starts-at.ts";

interface Position<Sought> {
  readonly needle: Sought;
  readonly offset: number;
}

/** The shortest needle that {@link makeShortSearch} looks for. */
export const shortestGramNeedle = 3;

/** Makes a search for needles that are too short for words; `null` without vectors. */
export function makeShortSearch<Sought extends Needle>(
  needles: readonly Sought[],
): ByteSearch<Sought> | null {
  const positionsByGram = new Map<number, Position<Sought>[]>();
  for (const needle of needles) {
    const offset = rarestOffset(needle.text);
    const gram = gramOf(Buffer.from(needle.text, "latin1"), offset);
    const positions = positionsByGram.get(gram);
    if (positions === undefined) positionsByGram.set(gram, [{ needle, offset }]);
    else positions.push({ needle, offset });
  }
  const finder = makeGramFinder([...positionsByGram.keys()]);
  if (finder === null) return null;
  return (bytes, visit) => {
    finder.find(bytes, (at) => {
      for (const { needle, offset } of positionsByGram.get(gramOf(bytes, at)) ?? []) {
        if (startsAt(bytes, at - offset, needle.text)) visit(at - offset, needle);
      }
    });
  };
}

const gramOf = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);

// Lower-case letters are everywhere; a gram that ends in what parts words shares that byte with many others.
function rarestOffset(text: string): number {
  let best = 0;
  let bestScore = -1;
  for (let offset = 0; offset + 3 <= text.length; offset += 1) {
    const gram = text.slice(offset, offset + 3);
    const score = gram.replace(/[a-z]/g, "").length * 2 + (/[_.\0-]$/.test(gram) ? 3 : 0);
    if (score > bestScore) [best, bestScore] = [offset, score];
  }
  return best;
}
