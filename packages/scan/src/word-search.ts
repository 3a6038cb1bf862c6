import type { ByteSearch, Needle } from "./byte-search.ts";
import { startsAt } from "./starts-at.ts";

const wordBytes = 4;
const tableBits = 17;

// Buckets that grow larger take too long to verify.
const fullBucket = 24;

const slotOf = (gram: number): number => Math.imul(gram, 0x9e3779b1) >>> (32 - tableBits);

interface Gram<Sought> {
  readonly needle: Sought;
  readonly offset: number;
}

/** How many of a word's bytes are compared, so that needles of this length have whole ones wherever they stand. */
export const gramBytesFor = (shortest: number): 0 | 3 | 4 => (shortest >= 7 ? 4 : shortest === 6 ? 3 : 0);

/**
 * Makes a search that looks at every aligned word of four bytes, once, and at nothing else.
 *
 * Of the grams at four consecutive offsets of a needle exactly one begins an aligned word wherever the needle stands,
 * so each occurrence is met once. The looks do not depend on each other, so the processor overlaps them.
 */
export function makeWordSearch<Sought extends Needle>(
  needles: readonly Sought[],
  gramBytes: 3 | 4,
): ByteSearch<Sought> {
  const mask = gramAt([0xff, 0xff, 0xff, 0xff], 0, gramBytes);
  const isKnown = new Uint8Array(1 << tableBits);
  const grams = new Map<number, Gram<Sought>[]>();
  for (const needle of needles) {
    const all = gramsOf(needle, gramBytes);
    const first = cheapestOffset(all, (gram) => grams.get(gram)?.length ?? 0);
    for (let offset = first; offset < first + wordBytes; offset += 1) {
      const gram = all[offset] ?? 0;
      isKnown[slotOf(gram)] = 1;
      const bucket = grams.get(gram);
      if (bucket === undefined) grams.set(gram, [{ needle, offset }]);
      else bucket.push({ needle, offset });
    }
  }
  return (bytes, visit) => {
    const skipped = -bytes.byteOffset & (wordBytes - 1);
    const count = (bytes.length - skipped) >> 2;
    const visitAt = (at: number, gram: number): void => {
      for (const { needle, offset } of grams.get(gram) ?? []) {
        if (startsAt(bytes, at - offset, needle.bytes)) visit(at - offset, needle);
      }
    };
    // The last gram may begin a word that is cut off.
    const last = skipped + Math.max(0, count) * wordBytes;
    if (last + gramBytes <= bytes.length) visitAt(last, gramAt(bytes, last, gramBytes));
    if (count <= 0) return;
    const words = new Int32Array(bytes.buffer, bytes.byteOffset + skipped, count);
    const look = (index: number): void => {
      visitAt(skipped + index * wordBytes, (words[index] ?? 0) & mask);
    };
    for (let from = 0; from < count; from += blockWords) {
      lookAtBlock(words, from, Math.min(count, from + blockWords), mask, isKnown, look);
    }
  };
}

// The loop lives in a function of its own that is called often, so that it is compiled as a whole.
const blockWords = 16 * 1024;

function lookAtBlock(
  words: Int32Array,
  from: number,
  to: number,
  mask: number,
  isKnown: Uint8Array,
  look: (index: number) => void,
): void {
  let index = from;
  for (; index + 4 <= to; index += 4) {
    const known =
      (isKnown[slotOf((words[index] ?? 0) & mask)] ?? 0) |
      (isKnown[slotOf((words[index + 1] ?? 0) & mask)] ?? 0) |
      (isKnown[slotOf((words[index + 2] ?? 0) & mask)] ?? 0) |
      (isKnown[slotOf((words[index + 3] ?? 0) & mask)] ?? 0);
    if (known === 0) continue;
    for (let near = index; near < index + 4; near += 1) {
      if (isKnown[slotOf((words[near] ?? 0) & mask)] === 1) look(near);
    }
  }
  for (; index < to; index += 1) look(index);
}

// Grams that other needles have too fill no further slot of the table, and words of lower-case letters are everywhere.
function cheapestOffset(grams: readonly number[], countOf: (gram: number) => number): number {
  const costs = grams.map((gram) => {
    const count = countOf(gram);
    return (count === 0 ? 2 : count < fullBucket ? 1 : 6) + (isLowerCase(gram) ? 3 : 0);
  });
  let best = 0;
  let bestCost = Infinity;
  for (let first = 0; first + wordBytes <= grams.length; first += 1) {
    const cost = costs.slice(first, first + wordBytes).reduce((sum, one) => sum + one, 0);
    if (cost < bestCost) [best, bestCost] = [first, cost];
  }
  return best;
}

function isLowerCase(gram: number): boolean {
  for (let rest = gram; rest !== 0; rest >>>= 8) {
    const byte = rest & 0xff;
    if (byte < 0x61 || byte > 0x7a) return false;
  }
  return true;
}

function gramsOf({ bytes }: Needle, gramBytes: 3 | 4): readonly number[] {
  const grams: number[] = [];
  for (let offset = 0; offset + gramBytes <= bytes.length; offset += 1) {
    grams.push(gramAt(bytes, offset, gramBytes));
  }
  return grams;
}

// Typed arrays have the byte order of the machine, so what they are compared with is read through one.
const scratch = new Uint8Array(wordBytes);
const scratchWord = new Int32Array(scratch.buffer);

function gramAt(bytes: ArrayLike<number>, offset: number, gramBytes: 3 | 4): number {
  for (let index = 0; index < wordBytes; index += 1) {
    scratch[index] = index < gramBytes ? (bytes[offset + index] ?? 0) : 0;
  }
  return scratchWord[0] ?? 0;
}
