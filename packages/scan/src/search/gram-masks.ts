import { byteShares, commonBytes } from "./byte-share.ts";

/** Three bytes, the first one lowest. */
export type Gram = number;

const gramMaskBytes = 96;
const groupCount = 8;
// Groups of none but rare bytes are not alike either.
const rareShare = 1e-4;

/**
 * Makes the masks that sixteen bytes are compared with at once: for each of the three bytes of a gram, which of eight
 * groups of grams have its lower half and then its upper half.
 */
export function makeGramMasks(grams: readonly Gram[]): Uint8Array {
  const masks = new Uint8Array(gramMaskBytes);
  for (const [group, members] of groupsOf(grams).entries()) {
    for (const gram of members) {
      for (let index = 0; index < 3; index += 1) {
        const byte = (gram >>> (8 * index)) & 0xff;
        const low = 32 * index + (byte & 15);
        const high = 32 * index + 16 + (byte >>> 4);
        masks[low] = (masks[low] ?? 0) | (1 << group);
        masks[high] = (masks[high] ?? 0) | (1 << group);
      }
    }
  }
  return masks;
}

// In a group the halves of bytes mix, so it takes more bytes for its own than it has: each gram joins the group of which it
// then adds least to what is taken in source text.
function groupsOf(grams: readonly Gram[]): readonly (readonly Gram[])[] {
  const groups = Array.from({ length: groupCount }, () => ({ members: [] as Gram[], taken: 0 }));
  for (const gram of [...grams].sort((one, other) => (one >>> 8) - (other >>> 8))) {
    let best = { group: groups[0], least: Infinity };
    for (const group of groups) {
      const more = takenBy([...group.members, gram]) - group.taken;
      if (more < best.least) best = { group, least: more };
    }
    best.group?.members.push(gram);
    if (best.group !== undefined) best.group.taken += best.least;
  }
  return groups.map(({ members }) => members);
}

/** Gives the share of source text that these take together, as one group. */
function takenBy(grams: readonly Gram[]): number {
  let share = 1;
  for (const shift of [0, 8, 16]) {
    let [lows, highs] = [0, 0];
    for (const gram of grams) {
      lows |= 1 << ((gram >>> shift) & 15);
      highs |= 1 << ((gram >>> (shift + 4)) & 15);
    }
    let own = rareShare;
    for (const byte of commonBytes)
      if (((lows >>> (byte & 15)) & (highs >>> (byte >>> 4)) & 1) === 1) own += byteShares[byte] ?? 0;
    share *= own;
  }
  return share;
}
