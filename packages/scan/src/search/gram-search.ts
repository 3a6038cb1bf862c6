import type { ByteSearch, Needle } from "./needle.ts";
import { startsAt } from "./starts-at.ts";

interface Gram<Sought> {
  readonly needle: Sought;
  readonly offset: number;
}

const tableBits = 14;
const tableMask = (1 << tableBits) - 1;

const slotOf = (first: number, second: number): number => ((first << 6) ^ second) & tableMask;

/**
 * Makes a search that looks at one pair of bytes in every `shortest needle - 1` bytes.
 *
 * The first `shortest` bytes of an occurrence hold exactly one such pair, so each occurrence is met once;
 * the looks do not depend on each other, so the processor overlaps them.
 */
export function makeGramSearch<Sought extends Needle>(needles: readonly Sought[]): ByteSearch<Sought> {
  const shortest = Math.min(...needles.map(({ text }) => text.length));
  const step = shortest - 1;
  const isKnown = new Uint8Array(tableMask + 1);
  const gramsBySlot = new Map<number, Gram<Sought>[]>();
  for (const needle of needles) {
    for (let offset = 0; offset < step; offset += 1) {
      const slot = slotOf(needle.text.charCodeAt(offset), needle.text.charCodeAt(offset + 1));
      isKnown[slot] = 1;
      gramsBySlot.set(slot, [...(gramsBySlot.get(slot) ?? []), { needle, offset }]);
    }
  }
  return (bytes, visit) => {
    for (let index = 0; index + 1 < bytes.length; index += step) {
      const slot = slotOf(bytes[index] ?? 0, bytes[index + 1] ?? 0);
      if (isKnown[slot] === 0) continue;
      for (const { needle, offset } of gramsBySlot.get(slot) ?? []) {
        if (startsAt(bytes, index - offset, needle.text)) visit(index - offset, needle);
      }
    }
  };
}
