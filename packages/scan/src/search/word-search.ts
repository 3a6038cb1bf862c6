import type { ByteSearch, Needle } from "./needle.ts";
import { startsAt } from "./starts-at.ts";
import { type WordGram, makeWordFinder } from "./word-finder.ts";

const wordBytes = 4;

// Buckets that grow larger take too long to verify.
const fullBucket = 24;

interface Position<Sought> {
  readonly needle: Sought;
  readonly offset: number;
}

/** How many of a word's bytes are compared, so that needles of this length have whole ones wherever they stand. */
export const gramBytesFor = (shortest: number): 0 | 3 | 4 => (shortest >= 7 ? 4 : shortest === 6 ? 3 : 0);

/**
 * Makes a search that looks at every word of four bytes, once, and at nothing else; `null` where WebAssembly is missing.
 *
 * Of the grams at four consecutive offsets of a needle exactly one begins a word wherever the needle stands, so each
 * occurrence is met once.
 */
export function makeWordSearch<Sought extends Needle>(
  needles: readonly Sought[],
  gramBytes: 3 | 4,
): ByteSearch<Sought> | null {
  const grams: WordGram[] = [];
  const positionsByWord = new Map<number, Position<Sought>[]>();
  for (const needle of needles) {
    const words = wordsOf(needle, gramBytes);
    const first = cheapestOffset(words, (word) => positionsByWord.get(word)?.length ?? 0);
    for (let offset = first; offset < first + wordBytes; offset += 1) {
      const word = words[offset] ?? 0;
      grams.push({ word, ...neighbourOf(needle, offset, gramBytes) });
      const positions = positionsByWord.get(word);
      if (positions === undefined) positionsByWord.set(word, [{ needle, offset }]);
      else positions.push({ needle, offset });
    }
  }
  const finder = makeWordFinder(grams, gramBytes);
  if (finder === null) return null;
  return (bytes, visit) => {
    finder.find(bytes, (at) => {
      for (const { needle, offset } of positionsByWord.get(wordAt(bytes, at, gramBytes)) ?? []) {
        if (startsAt(bytes, at - offset, needle.text)) visit(at - offset, needle);
      }
    });
  };
}

// Words such as `live` are everywhere, `_live` is not.
function neighbourOf({ text }: Needle, offset: number, gramBytes: 3 | 4): Pick<WordGram, "side" | "beside"> {
  return offset > 0
    ? { side: "before", beside: text.charCodeAt(offset - 1) }
    : { side: "behind", beside: text.charCodeAt(gramBytes) };
}

// Words that other needles have too fill no further slot of the table, and those of lower-case letters are everywhere.
function cheapestOffset(words: readonly number[], countOf: (word: number) => number): number {
  const costs = words.map((word) => {
    const count = countOf(word);
    return (count === 0 ? 2 : count < fullBucket ? 1 : 6) + (isLowerCase(word) ? 3 : 0);
  });
  let best = 0;
  let bestCost = Infinity;
  for (let first = 0; first + wordBytes <= words.length; first += 1) {
    let cost = 0;
    for (let offset = first; offset < first + wordBytes; offset += 1) cost += costs[offset] ?? 0;
    if (cost < bestCost) [best, bestCost] = [first, cost];
  }
  return best;
}

function isLowerCase(word: number): boolean {
  for (let rest = word; rest !== 0; rest >>>= 8) {
    const byte = rest & 0xff;
    if (byte < 0x61 || byte > 0x7a) return false;
  }
  return true;
}

function wordsOf({ text }: Needle, gramBytes: 3 | 4): readonly number[] {
  const words: number[] = [];
  const bytes = Buffer.from(text, "latin1");
  for (let offset = 0; offset + gramBytes <= bytes.length; offset += 1) {
    words.push(wordAt(bytes, offset, gramBytes));
  }
  return words;
}

// The first byte is the lowest: WebAssembly is little-endian on every machine.
function wordAt(bytes: Uint8Array, offset: number, gramBytes: 3 | 4): number {
  let word = 0;
  for (let index = gramBytes - 1; index >= 0; index -= 1) word = (word << 8) | (bytes[offset + index] ?? 0);
  return word;
}
