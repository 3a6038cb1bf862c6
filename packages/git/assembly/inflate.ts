import {
  codeBits,
  codeTable,
  distanceBits,
  distanceTable,
  endOfBlock,
  fixedDistanceTable,
  fixedLiteralTable,
  isLiteral,
  isOther,
  isTable,
  lengths,
  literalBits,
  literalTable,
  makeFixed,
  makeTable,
  ofCodes,
  ofDistances,
  ofLiterals,
  orderOfLengths,
} from "./code-tables";

// What is left of the input: the next bits, how many of them are known to be there, and where the others stand.
let bits: u64 = 0;
let bitCount: u32 = 0;
let input: usize = 0;
let inputLimit: usize = 0;

function refill(): void {
  bits |= load<u64>(input) << bitCount;
  input += (63 - bitCount) >>> 3;
  bitCount |= 56;
}

function take(count: u32): u32 {
  const taken = <u32>bits & ((1 << count) - 1);
  bits >>= count;
  bitCount -= count;
  return taken;
}

/** Reads the two codes of a block; false where they are damaged. */
function readCodes(): bool {
  refill();
  const literalCount = take(5) + 257;
  const distanceCount = take(5) + 1;
  const lengthCount = take(4) + 4;
  if (literalCount > 286 || distanceCount > 30) return false;
  memory.fill(lengths, 0, 19);
  for (let index: u32 = 0; index < lengthCount; index += 1) {
    if (bitCount < 3) refill();
    store<u8>(lengths + load<u8>(orderOfLengths + index), <u8>take(3));
  }
  if (!makeTable(lengths, 19, codeTable, codeBits, ofCodes)) return false;
  const all = literalCount + distanceCount;
  for (let at: u32 = 0; at < all;) {
    if (input > inputLimit) return false;
    refill();
    const entry = load<u32>(codeTable + ((<u32>bits & 127) << 2));
    take(entry & 255);
    const symbol = entry >>> 16;
    if (symbol < 16) {
      store<u8>(lengths + at, <u8>symbol);
      at += 1;
      continue;
    }
    let value: u8 = 0;
    let times: u32 = 0;
    if (symbol == 16) {
      if (at == 0) return false;
      value = load<u8>(lengths + at - 1);
      times = 3 + take(2);
    } else if (symbol == 17) times = 3 + take(3);
    else times = 11 + take(7);
    if (at + times > all) return false;
    memory.fill(lengths + at, value, times);
    at += times;
  }
  // Without its end a block is damaged.
  if (load<u8>(lengths + 256) == 0) return false;
  return (
    makeTable(lengths, literalCount, literalTable, literalBits, ofLiterals) &&
    makeTable(lengths + literalCount, distanceCount, distanceTable, distanceBits, ofDistances)
  );
}

const adlerModulus: u32 = 65521;

function adlerOf(from: usize, end: usize): u32 {
  let low: u32 = 1;
  let high: u32 = 0;
  const weights = i8x16(16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1);
  const nearWeights = i16x8.extend_low_i8x16_u(weights);
  const farWeights = i16x8.extend_high_i8x16_u(weights);
  while (from + 16 <= end) {
    // As many as keep all sums below 2^32.
    const stop = from + min<usize>((end - from) & ~15, 5552);
    const blocks = <u32>((stop - from) >>> 4);
    let sums = i32x4.splat(0);
    let sumsBefore = i32x4.splat(0);
    let weighted = i32x4.splat(0);
    for (; from < stop; from += 16) {
      const bytes = v128.load(from);
      sumsBefore = i32x4.add(sumsBefore, sums);
      sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(bytes)));
      weighted = i32x4.add(weighted, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(bytes), nearWeights));
      weighted = i32x4.add(weighted, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(bytes), farWeights));
    }
    high = (high + 16 * blocks * low + 16 * sumOf(sumsBefore) + sumOf(weighted)) % adlerModulus;
    low = (low + sumOf(sums)) % adlerModulus;
  }
  for (; from < end; from += 1) {
    low += load<u8>(from);
    high += low;
  }
  return ((high % adlerModulus) << 16) | (low % adlerModulus);
}

function sumOf(numbers: v128): u32 {
  return (
    i32x4.extract_lane(numbers, 0) +
    i32x4.extract_lane(numbers, 1) +
    i32x4.extract_lane(numbers, 2) +
    i32x4.extract_lane(numbers, 3)
  );
}

/**
 * Unpacks all that zlib has compressed between `from` and `end` to all between `to` and `toEnd`; false where it does not
 * fit both, or is damaged. It may write some bytes behind `toEnd`, and reads some behind `end`.
 */
export function inflate(from: usize, end: usize, to: usize, toEnd: usize): bool {
  if (end < from + 6) return false;
  const head: u32 = ((<u32>load<u8>(from)) << 8) | load<u8>(from, 1);
  // Deflate, a window of at most 32 kB, no dictionary.
  if ((head & 0x8f20) != 0x0800 || head % 31 != 0) return false;
  makeFixed();
  const bodyEnd = end - 4;
  bits = 0;
  bitCount = 0;
  input = from + 2;
  inputLimit = end + 8;
  let out = to;
  for (let isLast: u32 = 0; isLast == 0;) {
    if (input > inputLimit) return false;
    refill();
    isLast = take(1);
    const sort = take(2);
    if (sort == 3) return false;
    if (sort == 0) {
      take(bitCount & 7);
      // The bytes that were taken too early are given back.
      let at = input - (bitCount >>> 3);
      if (at + 4 > bodyEnd) return false;
      const size = <u32>load<u16>(at);
      if ((size ^ 0xffff) != <u32>load<u16>(at, 2)) return false;
      at += 4;
      if (at + size > bodyEnd || out + size > toEnd) return false;
      memory.copy(out, at, size);
      out += size;
      input = at + size;
      bits = 0;
      bitCount = 0;
      continue;
    }
    let literals = fixedLiteralTable;
    let distances = fixedDistanceTable;
    if (sort == 2) {
      if (!readCodes()) return false;
      literals = literalTable;
      distances = distanceTable;
    }
    out = inflateBlock(literals, distances, out, to, toEnd);
    if (out == 0) return false;
  }
  const at = input - (bitCount >>> 3);
  if (at != bodyEnd || out != toEnd) return false;
  return bswap<u32>(load<u32>(at)) == adlerOf(to, toEnd);
}

function inflateBlock(literals: usize, distances: usize, to: usize, start: usize, toEnd: usize): usize {
  let out = to;
  let held = bits;
  let count = bitCount;
  let at = input;
  const limit = inputLimit;
  const literalMask: u32 = (1 << literalBits) - 1;
  const distanceMask: u32 = (1 << distanceBits) - 1;
  for (;;) {
    if (at > limit) return 0;
    held |= load<u64>(at) << count;
    at += (63 - count) >>> 3;
    count |= 56;
    let entry = load<u32>(literals + ((<u32>held & literalMask) << 2));
    // Up to two literals of a first look leave enough bits for the longest length and distance.
    if ((entry & isLiteral) != 0) {
      if (out >= toEnd) return 0;
      store<u8>(out, <u8>(entry >>> 16));
      out += 1;
      held >>= entry & 255;
      count -= entry & 255;
      entry = load<u32>(literals + ((<u32>held & literalMask) << 2));
      if ((entry & isLiteral) != 0) {
        if (out >= toEnd) return 0;
        store<u8>(out, <u8>(entry >>> 16));
        out += 1;
        held >>= entry & 255;
        count -= entry & 255;
        entry = load<u32>(literals + ((<u32>held & literalMask) << 2));
        if ((entry & isLiteral) != 0) {
          if (out >= toEnd) return 0;
          store<u8>(out, <u8>(entry >>> 16));
          out += 1;
          held >>= entry & 255;
          count -= entry & 255;
          continue;
        }
      }
      held |= load<u64>(at) << count;
      at += (63 - count) >>> 3;
      count |= 56;
    }
    if ((entry & isTable) != 0) {
      held >>= literalBits;
      count -= literalBits;
      const rest = ((<u32>1) << ((entry >>> 8) & 15)) - 1;
      entry = load<u32>(literals + (((entry >>> 16) + (<u32>held & rest)) << 2));
      if ((entry & isLiteral) != 0) {
        if (out >= toEnd) return 0;
        store<u8>(out, <u8>(entry >>> 16));
        out += 1;
        held >>= entry & 255;
        count -= entry & 255;
        continue;
      }
    }
    held >>= entry & 255;
    count -= entry & 255;
    if ((entry & isOther) != 0) {
      if ((entry & 0xff00) != endOfBlock) return 0;
      break;
    }
    const moreLength = (entry >>> 8) & 15;
    const size: usize = (entry >>> 16) + (<u32>held & (((<u32>1) << moreLength) - 1));
    held >>= moreLength;
    count -= moreLength;
    let where = load<u32>(distances + ((<u32>held & distanceMask) << 2));
    if ((where & isTable) != 0) {
      held >>= distanceBits;
      count -= distanceBits;
      const rest = ((<u32>1) << ((where >>> 8) & 15)) - 1;
      where = load<u32>(distances + (((where >>> 16) + (<u32>held & rest)) << 2));
    }
    if ((where & isOther) != 0) return 0;
    held >>= where & 255;
    count -= where & 255;
    const moreDistance = (where >>> 8) & 15;
    const distance: usize = (where >>> 16) + (<u32>held & (((<u32>1) << moreDistance) - 1));
    held >>= moreDistance;
    count -= moreDistance;
    if (distance > out - start || size > toEnd - out) return 0;
    const stop = out + size;
    let source = out - distance;
    if (distance >= 8) {
      do {
        store<u64>(out, load<u64>(source));
        out += 8;
        source += 8;
      } while (out < stop);
    } else {
      do {
        store<u8>(out, load<u8>(source));
        out += 1;
        source += 1;
      } while (out < stop);
    }
    out = stop;
  }
  bits = held;
  bitCount = count;
  input = at;
  return out;
}
