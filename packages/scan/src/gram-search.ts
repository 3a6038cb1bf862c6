import type { PrefixSearch } from "./byte-search.ts";
import type { KeyPrefix } from "./key-prefix.ts";
import { startsAt } from "./starts-at.ts";

interface Gram {
  readonly prefix: KeyPrefix;
  readonly offset: number;
}

const tableBits = 14;
const tableMask = (1 << tableBits) - 1;

const slotOf = (first: number, second: number): number => ((first << 6) ^ second) & tableMask;

/**
 * Makes a search that looks at one pair of bytes in every `shortest prefix - 1` bytes.
 *
 * The first `shortest` bytes of an occurrence hold exactly one such pair, so each occurrence is met once;
 * the looks do not depend on each other, so the processor overlaps them.
 */
export function makeGramSearch(prefixes: readonly KeyPrefix[]): PrefixSearch {
  const shortest = Math.min(...prefixes.map(({ text }) => text.length));
  const step = shortest - 1;
  const isKnown = new Uint8Array(tableMask + 1);
  const gramsBySlot = new Map<number, Gram[]>();
  for (const prefix of prefixes) {
    for (let offset = 0; offset < step; offset += 1) {
      const slot = slotOf(prefix.bytes[offset] ?? 0, prefix.bytes[offset + 1] ?? 0);
      isKnown[slot] = 1;
      gramsBySlot.set(slot, [...(gramsBySlot.get(slot) ?? []), { prefix, offset }]);
    }
  }
  return (bytes, visit) => {
    for (let index = 0; index + 1 < bytes.length; index += step) {
      const slot = slotOf(bytes[index] ?? 0, bytes[index + 1] ?? 0);
      if (isKnown[slot] === 0) continue;
      for (const { prefix, offset } of gramsBySlot.get(slot) ?? []) {
        if (startsAt(bytes, index - offset, prefix.bytes)) visit(index - offset, prefix);
      }
    }
  };
}
