// What `inflate` makes for itself, from `memoryBase` on; the caller keeps 128 kB for it.
const orderOfLengths = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);
const lengths = memory.data(320);
const counts = memory.data(64);
const nextCodes = memory.data(64);
const codeTable = memory.data(4 * 128);
// 1,024 first looks, and at most one table of 32 for each of the 288 codes that are longer.
const literalTable = memory.data(4 * (1024 + 32 * 288));
const distanceTable = memory.data(4 * (256 + 128 * 32));
const fixedLiteralTable = memory.data(4 * 1024);
const fixedDistanceTable = memory.data(4 * 256);
let isFixedMade = false;

const literalBits: u32 = 10;
const distanceBits: u32 = 8;
const codeBits: u32 = 7;

// An entry: how many bits the code takes, how many follow it and what it is, and in the upper half its value.
const isLiteral: u32 = 0x8000;
const isOther: u32 = 0x4000;
const isTable: u32 = 0x2000;
const noCode: u32 = 0x4000;
const endOfBlock: u32 = 0x4100;

const ofCodes: u32 = 0;
const ofLiterals: u32 = 1;

function entryOf(kind: u32, symbol: u32): u32 {
  if (kind == ofCodes) return symbol << 16;
  if (kind == ofLiterals) {
    if (symbol < 256) return isLiteral | (symbol << 16);
    if (symbol == 256) return endOfBlock;
    if (symbol < 265) return (symbol - 254) << 16;
    if (symbol == 285) return 258 << 16;
    if (symbol > 285) return noCode;
    const extra = (symbol - 261) >>> 2;
    return (extra << 8) | ((((((symbol - 265) & 3) + 4) << extra) + 3) << 16);
  }
  if (symbol < 4) return (symbol + 1) << 16;
  if (symbol > 29) return noCode;
  const extra = (symbol >>> 1) - 1;
  return (extra << 8) | ((((2 + (symbol & 1)) << extra) + 1) << 16);
}

function reverse(code: u32, size: u32): u32 {
  let reversed = ((code & 0x5555) << 1) | ((code >>> 1) & 0x5555);
  reversed = ((reversed & 0x3333) << 2) | ((reversed >>> 2) & 0x3333);
  reversed = ((reversed & 0x0f0f) << 4) | ((reversed >>> 4) & 0x0f0f);
  reversed = ((reversed & 0x00ff) << 8) | (reversed >>> 8);
  return reversed >>> (16 - size);
}

/** Makes the table of a code with these lengths; false where zlib refuses it. */
function makeTable(from: usize, count: u32, table: usize, tableBits: u32, kind: u32): bool {
  memory.fill(counts, 0, 64);
  for (let symbol: u32 = 0; symbol < count; symbol += 1) {
    const at = counts + ((<usize>load<u8>(from + symbol)) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  store<u32>(counts, 0);
  let longest: u32 = 15;
  while (longest > 0 && load<u32>(counts + (longest << 2)) == 0) longest -= 1;
  let left: i32 = 1;
  let code: u32 = 0;
  for (let size: u32 = 1; size <= 15; size += 1) {
    const some = load<u32>(counts + (size << 2));
    left = (left << 1) - <i32>some;
    if (left < 0) return false;
    code = (code + load<u32>(counts + ((size - 1) << 2))) << 1;
    store<u32>(nextCodes + (size << 2), code);
  }
  const firsts: u32 = 1 << tableBits;
  if (left > 0) {
    // Only a single code of one bit may leave others out.
    if (longest > 1 || kind == ofCodes) return false;
    for (let index: u32 = 0; index < firsts; index += 1) store<u32>(table + (index << 2), noCode);
  }
  const restBits = longest > tableBits ? longest - tableBits : 0;
  let end: u32 = firsts;
  // Longer codes of one beginning follow each other only among those of one length, so a table is looked up.
  if (restBits > 0) {
    for (let index: u32 = 0; index < firsts; index += 1) store<u32>(table + (index << 2), 0);
  }
  for (let symbol: u32 = 0; symbol < count; symbol += 1) {
    const size = <u32>load<u8>(from + symbol);
    if (size == 0) continue;
    const nextAt = nextCodes + (size << 2);
    const own = load<u32>(nextAt);
    store<u32>(nextAt, own + 1);
    let index = reverse(own, size);
    const entry = entryOf(kind, symbol);
    if (size <= tableBits) {
      for (; index < firsts; index += 1 << size) store<u32>(table + (index << 2), entry | size);
      continue;
    }
    const firstAt = table + ((index & (firsts - 1)) << 2);
    let first = load<u32>(firstAt);
    if (first == 0) {
      first = isOther | isTable | (restBits << 8) | tableBits | (end << 16);
      store<u32>(firstAt, first);
      end += 1 << restBits;
    }
    const sub = table + ((first >>> 16) << 2);
    for (index >>>= tableBits; index < <u32>(1 << restBits); index += 1 << (size - tableBits)) {
      store<u32>(sub + (index << 2), entry | (size - tableBits));
    }
  }
  return true;
}

function makeFixed(): void {
  for (let symbol: u32 = 0; symbol < 288; symbol += 1) {
    store<u8>(lengths + symbol, symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8);
  }
  makeTable(lengths, 288, fixedLiteralTable, literalBits, ofLiterals);
  memory.fill(lengths, 5, 32);
  makeTable(lengths, 32, fixedDistanceTable, distanceBits, 2);
  isFixedMade = true;
}

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
    makeTable(lengths + literalCount, distanceCount, distanceTable, distanceBits, 2)
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
  if (!isFixedMade) makeFixed();
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

/** How much {@link applyDelta} has said of the pieces: of copies three numbers each, of changes two. */
export let copyNumbers: u32 = 0;
export let changeNumbers: u32 = 0;

/**
 * Writes what the instructions between `from` and `end` make of the base to all between `to` and `toEnd`; false where they
 * are damaged, or more than there is room for. Of each copy it writes its offset in the base, its size and its offset in
 * the result to `copies`; to `changes` where what the delta brings begins and ends, and every seam as both.
 */
export function applyDelta(
  base: usize,
  baseEnd: usize,
  from: usize,
  end: usize,
  to: usize,
  toEnd: usize,
  copies: usize,
  changes: usize,
  mostPieces: u32,
): bool {
  const baseBytes = baseEnd - base;
  let copy = copies;
  let change = changes;
  store<u32>(change, 0);
  store<u32>(change, 0, 4);
  let out = to;
  let pieces: u32 = 0;
  // Where the last piece ends in the base; a copy that goes on there has no seam.
  let copiedTo: usize = -1;
  for (let at = from; at < end;) {
    const code = <u32>load<u8>(at);
    at += 1;
    pieces += 1;
    if (code == 0 || pieces > mostPieces) return false;
    if (code < 0x80) {
      if (<usize>code > end - at || <usize>code > toEnd - out) return false;
      memory.copy(out, at, code);
      const start = <u32>(out - to);
      at += code;
      out += code;
      store<u32>(change, start + code, 4);
      copiedTo = -1;
      continue;
    }
    let offset: usize = 0;
    let size: usize = 0;
    // Read in this order: each bit says whether a byte of the number is there. Behind the end others can be read.
    if (code & 1) offset = load<u8>(at++);
    if (code & 2) offset |= (<usize>load<u8>(at++)) << 8;
    if (code & 4) offset |= (<usize>load<u8>(at++)) << 16;
    if (code & 8) offset |= (<usize>load<u8>(at++)) << 24;
    if (code & 16) size = load<u8>(at++);
    if (code & 32) size |= (<usize>load<u8>(at++)) << 8;
    if (code & 64) size |= (<usize>load<u8>(at++)) << 16;
    if (size == 0) size = 0x10000;
    if (at > end || offset > baseBytes || size > baseBytes - offset || size > toEnd - out) return false;
    memory.copy(out, base + offset, size);
    if (offset == copiedTo) {
      const last = copy - 12;
      store<u32>(last, load<u32>(last, 4) + <u32>size, 4);
      const start = <u32>(out - to);
      out += size;
      // The seam that was noted behind the last piece is none.
      if (load<u32>(change) == start) store<u32>(change, <u32>(out - to));
      store<u32>(change, <u32>(out - to), 4);
      copiedTo = offset + size;
      continue;
    }
    store<u32>(copy, <u32>offset);
    store<u32>(copy, <u32>size, 4);
    store<u32>(copy, <u32>(out - to), 8);
    copy += 12;
    out += size;
    copiedTo = offset + size;
    change += 8;
    store<u32>(change, <u32>(out - to));
    store<u32>(change, <u32>(out - to), 4);
  }
  copyNumbers = <u32>((copy - copies) >> 2);
  changeNumbers = <u32>((change + 8 - changes) >> 2);
  return out == toEnd;
}

/**
 * Writes all changes, with so many bytes of the result on both sides, one behind the other to `joined`, those that touch
 * as one; of each it writes to `windows` where it begins and ends in the result and where it ends in `joined`. Gives how
 * many numbers these are.
 */
export function gather(
  changes: usize,
  changeCount: u32,
  from: usize,
  end: usize,
  around: u32,
  joined: usize,
  windows: usize,
): u32 {
  const sizeBytes = <u32>(end - from);
  let window = windows;
  let start: u32 = 0;
  let stop: u32 = 0;
  let out = joined;
  for (let index: u32 = 0; index <= changeCount; index += 2) {
    const at = changes + (index << 2);
    const first = index == changeCount ? u32.MAX_VALUE : load<u32>(at);
    const nextStart = first > around ? first - around : 0;
    if (index == 0 || nextStart > stop) {
      if (index > 0) {
        memory.copy(out, from + start, stop - start);
        out += stop - start;
        store<u32>(window, start);
        store<u32>(window, stop, 4);
        store<u32>(window, <u32>(out - joined), 8);
        window += 12;
      }
      if (index == changeCount) break;
      start = nextStart;
    }
    stop = max(stop, min(sizeBytes, load<u32>(at, 4) + around));
  }
  return <u32>((window - windows) >> 2);
}
