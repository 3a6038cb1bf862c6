import { makeNeedleFinder, type NeedleWord } from "./needle-finder.ts";
import type { ByteSearch, Needle } from "./needle.ts";
import { startsAt } from "./starts-at.ts";
import { wordShare } from "./word-share.ts";

interface Position<Sought> {
  readonly needle: Sought;
  readonly offset: number;
}

type Positions<Sought> = Map<number, Position<Sought>[]>;

/** The shortest needle that {@link makeNeedleSearch} looks for. */
export const shortestNeedle = 3;
const shortestWithWords = 4;

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
  const words: NeedleWord[] = [];
  const byWord: Positions<Sought> = new Map();
  // Of a word that ends behind its needle, three bytes and the one in front of them are known.
  const byWordInFront: Positions<Sought> = new Map();
  const byGram: Positions<Sought> = new Map();
  for (const needle of needles) {
    const { text } = needle;
    const bytes = Buffer.from(text, "latin1");
    if (text.length < shortestWithWords) {
      addTo(byGram, gramAt(bytes, 0), { needle, offset: 0 });
      continue;
    }
    const first = rarestOffset(bytes);
    for (const offset of [first, first + 1]) {
      words.push({ text, offset });
      if (offset + 4 <= text.length) addTo(byWord, wordAt(bytes, offset), { needle, offset });
      else addTo(byWordInFront, wordAt(bytes, offset - 1), { needle, offset });
    }
  }
  const finder = makeNeedleFinder(words, [...byGram.keys()]);
  if (finder === null) return null;
  return (bytes, visit) => {
    const visitThose = (positions: readonly Position<Sought>[] | undefined, at: number): void => {
      if (positions === undefined) return;
      for (const { needle, offset } of positions)
        if (startsAt(bytes, at - offset, needle.text)) visit(at - offset, needle);
    };
    finder.find(
      bytes,
      (at) => {
        visitThose(byWord.get(wordAt(bytes, at)), at);
        visitThose(byWordInFront.get(wordAt(bytes, at - 1)), at);
      },
      (at) => visitThose(byGram.get(gramAt(bytes, at)), at),
    );
  };
}

function addTo<Sought>(positions: Positions<Sought>, known: number, position: Position<Sought>): void {
  const some = positions.get(known);
  if (some === undefined) positions.set(known, [position]);
  else some.push(position);
}

const gramAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);

const wordAt = (bytes: Uint8Array, at: number): number => gramAt(bytes, at) | ((bytes[at + 3] ?? 0) << 24);

/** Gives the first of two offsets whose words source text has the least of: `live` is everywhere, `sk_l` is not. */
function rarestOffset(bytes: Uint8Array): number {
  let best = 0;
  let least = Infinity;
  let own = wordShare(bytes, 0);
  for (let first = 0; first + 5 <= bytes.length; first += 1) {
    const next = wordShare(bytes, first + 1);
    if (own + next < least) [best, least] = [first, own + next];
    own = next;
  }
  return best;
}
