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
  const groups = Array.from({ length: groupCount }, (): Group => ({
    members: [],
    taken: 0,
    bytes: noBytes,
  }));
  for (const gram of [...grams].sort((one, other) => (one >>> 8) - (other >>> 8))) {
    let best: { readonly group: Group; readonly grown: Group } | null = null;
    let least = Infinity;
    for (const group of groups) {
      const grown = growBy(group, gram);
      if (grown.taken - group.taken >= least) continue;
      least = grown.taken - group.taken;
      best = { group, grown };
    }
    if (best === null) continue;
    Object.assign(best.group, best.grown);
    best.group.members.push(gram);
  }
  return groups.map(({ members }) => members);
}

interface Group {
  readonly members: Gram[];
  /** The share of source text that the group takes. */
  taken: number;
  /** For each of the three bytes. */
  bytes: readonly ByteSet[];
}

/** Which halves one of the bytes can have, a bit for each, and the share of source text that has two of them. */
interface ByteSet {
  readonly lows: number;
  readonly highs: number;
  readonly share: number;
}

const noBytes: readonly ByteSet[] = [0, 8, 16].map(() => ({ lows: 0, highs: 0, share: 0 }));

function growBy({ members, bytes }: Group, gram: Gram): Group {
  let taken = 1;
  const grown = bytes.map((byteSet, index) => {
    const byte = (gram >>> (8 * index)) & 0xff;
    const lows = byteSet.lows | (1 << (byte & 15));
    const highs = byteSet.highs | (1 << (byte >>> 4));
    const isGrown = lows !== byteSet.lows || highs !== byteSet.highs;
    const share = isGrown ? shareOf(lows, highs) : byteSet.share;
    taken *= share;
    return isGrown ? { lows, highs, share } : byteSet;
  });
  return { members, taken, bytes: grown };
}

function shareOf(lows: number, highs: number): number {
  let share = rareShare;
  for (const byte of commonBytes)
    if (((lows >>> (byte & 15)) & (highs >>> (byte >>> 4)) & 1) === 1) share += byteShares[byte] ?? 0;
  return share;
}
