import { byteShares } from "./byte-share.ts";
import type { ByteSearch, Needle } from "./needle.ts";
import { startsAt } from "./starts-at.ts";
import { makeWordFinder, type NeedleWord, type Stride } from "./word-finder.ts";

interface Position<Sought> {
  readonly needle: Sought;
  readonly offset: number;
}

/** Gives how far apart the looks for a needle may be; `null`: it is too short for words. */
export const strideFor = ({ text }: Needle): Stride | null =>
  text.length >= 6 ? 4 : text.length >= 4 ? 2 : null;

/**
 * Makes a search that looks at a word of four bytes in every `stride`, as {@link strideFor} gives it of all the
 * needles, and at nothing else; `null` where WebAssembly is missing.
 *
 * Of the words at so many consecutive offsets of a needle exactly one is looked at wherever the needle stands,
 * so each occurrence is met once.
 */
export function makeWordSearch<Sought extends Needle>(
  needles: readonly Sought[],
  stride: Stride,
): ByteSearch<Sought> | null {
  const words: NeedleWord[] = [];
  const byThree = { size: 3, positions: new Map<number, Position<Sought>[]>() };
  const byFour: typeof byThree = { size: 4, positions: new Map() };
  for (const needle of needles) {
    const { text } = needle;
    const bytes = Buffer.from(text, "latin1");
    const first = rarestOffset(bytes, stride);
    // Of the shortest needles a word's last byte stands behind the end.
    const known = text.length - stride < 3 ? byThree : byFour;
    for (let offset = first; offset < first + stride; offset += 1) {
      words.push({ text, offset });
      const gram = gramAt(bytes, offset, known.size);
      const positions = known.positions.get(gram);
      if (positions === undefined) known.positions.set(gram, [{ needle, offset }]);
      else positions.push({ needle, offset });
    }
  }
  const finder = makeWordFinder(words, stride);
  if (finder === null) return null;
  return (bytes, visit) => {
    finder.find(bytes, (at) => {
      for (const { size, positions } of [byThree, byFour]) {
        for (const { needle, offset } of positions.get(gramAt(bytes, at, size)) ?? []) {
          if (startsAt(bytes, at - offset, needle.text)) visit(at - offset, needle);
        }
      }
    });
  };
}

const gramAt = (bytes: Uint8Array, at: number, size: number): number =>
  (bytes[at] ?? 0) |
  ((bytes[at + 1] ?? 0) << 8) |
  ((bytes[at + 2] ?? 0) << 16) |
  (size === 3 ? 0 : (bytes[at + 3] ?? 0) << 24);

const mostComparedBytes = 6;

/** Gives the first of the offsets whose words source text has the least of: `live` is everywhere, `sk_l` is not. */
function rarestOffset(bytes: Uint8Array, stride: Stride): number {
  const compared = Math.min(mostComparedBytes, bytes.length - stride + 1);
  let best = 0;
  let least = Infinity;
  for (let first = 0; first + stride + compared - 1 <= bytes.length; first += 1) {
    let share = 0;
    for (let offset = first; offset < first + stride; offset += 1) {
      let own = 1;
      for (let index = offset; index < offset + compared; index += 1)
        own *= byteShares[bytes[index] ?? 0] ?? 0;
      share += own;
    }
    if (share < least) [best, least] = [first, share];
  }
  return best;
}
