import {
  addOne,
  bucketCount,
  bucketOf,
  bucketsOf,
  itemsOf,
  ofFront,
  ofGram,
  putItem,
  sizesOf,
  startsOf,
} from "./needle-buckets";

export { resolveFound } from "./needle-buckets";

/** Where the table of words begins. A constant address is part of an instruction, and costs none of its own. */
const tableAt: usize = 0x80000;
const stride: u32 = 2;
const stepBytes: u32 = 16;

/**
 * Writes the offset of every word of four bytes, at every second byte, that is marked, and of every three bytes that may
 * be a marked gram; gives how many these are. An offset is written doubled, and one more where it is that of a gram. It
 * may find some more, never one less.
 *
 * It looks at `count` offsets from `bytes` on, a multiple of sixteen and at most 2^15; a byte more can be read in front of
 * them and 24 behind, and grams are found up to sixteen bytes further. Of a word's slot the upper `32 - shift` bits count.
 * `near` has room for two lists of a number for each sixteen bytes and one more.
 *
 * What is rare cannot be foretold: a branch at each place would cost more than what is done there. So the places are
 * listed without one, and looked at afterwards.
 */
export function findNeedles(
  bytes: usize,
  count: u32,
  shift: u32,
  longer: usize,
  masks: usize,
  grams: usize,
  near: usize,
  found: usize,
): u32 {
  const low0 = v128.load(masks);
  const high0 = v128.load(masks, 16);
  const low1 = v128.load(masks, 32);
  const high1 = v128.load(masks, 48);
  const low2 = v128.load(masks, 64);
  const high2 = v128.load(masks, 80);
  const half = i8x16.splat(15);
  const none = i8x16.splat(0);
  let before0 = none;
  let before1 = none;
  let nearWords = near;
  const gramsFrom = near + <usize>((count >>> 2) + 4);
  let nearGrams = gramsFrom;
  // Grams are met where their last byte stands, so those that begin in the last two bytes need one step more.
  for (let index: u32 = 0; index <= count; index += stepBytes) {
    const at = bytes + <usize>index;
    const text = v128.load(at);
    const lower = v128.and(text, half);
    const upper = v128.and(i16x8.shr_u(text, 4), half);
    // Every index is below sixteen, where the relaxed form is the same on every processor.
    const group0 = v128.and(i8x16.relaxed_swizzle(low0, lower), i8x16.relaxed_swizzle(high0, upper));
    const group1 = v128.and(i8x16.relaxed_swizzle(low1, lower), i8x16.relaxed_swizzle(high1, upper));
    const group2 = v128.and(i8x16.relaxed_swizzle(low2, lower), i8x16.relaxed_swizzle(high2, upper));
    const groups = v128.and(
      group2,
      v128.and(
        i8x16.shuffle(before0, group0, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29),
        i8x16.shuffle(before1, group1, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30),
      ),
    );
    before0 = group0;
    before1 = group1;
    const lanes: u32 = i8x16.bitmask(i8x16.eq(groups, none)) ^ 0xffff;
    store<u32>(nearGrams, (index << 16) | lanes);
    nearGrams += (<usize>(lanes != 0)) << 2;
    store<u32>(nearWords, index);
    nearWords += (<usize>isMarkedNear(at, shift)) << 2;
  }
  const end = addWords(bytes, near, nearWords, shift, longer, found);
  return <u32>((addGrams(bytes, gramsFrom, nearGrams, grams, end) - found) >> 2);
}

/** Does the same where no gram is marked. */
export function findWords(
  bytes: usize,
  count: u32,
  shift: u32,
  longer: usize,
  near: usize,
  found: usize,
): u32 {
  let nearWords = near;
  for (let index: u32 = 0; index < count; index += stepBytes) {
    store<u32>(nearWords, index);
    nearWords += (<usize>isMarkedNear(bytes + <usize>index, shift)) << 2;
  }
  return <u32>((addWords(bytes, near, nearWords, shift, longer, found) - found) >> 2);
}

/**
 * Marks the words and grams of so many needles, whose texts stand in a row, and puts each into the bucket of its word: a
 * list of items. Of a needle the index says how long its text is, 3 to 24 bytes, and `offsets` where the first of its two
 * words begins; where texts, buckets and items begin is written. Gives how long the longest list is.
 */
export function addNeedles(
  count: u32,
  texts: usize,
  offsets: usize,
  index: usize,
  shift: u32,
  longer: usize,
  grams: usize,
): u32 {
  const sizes = sizesOf(index);
  const starts = startsOf(index);
  const buckets = bucketsOf(index);
  const items = itemsOf(index);
  let text = texts;
  for (let needle: u32 = 0; needle < count; needle += 1) {
    const size = <u32>load<u8>(sizes + <usize>needle);
    store<u32>(starts + ((<usize>needle) << 2), <u32>text);
    if (size < 4) {
      const gram = load<u32>(text) & 0xffffff;
      const bit = (gram * 0x9e3779b1) >>> 16;
      const byte = grams + (bit >>> 3);
      store<u8>(byte, <u8>(<u32>load<u8>(byte) | (1 << (bit & 7))));
      addOne(buckets + (bucketOf(gram) << 2));
    } else {
      const first = <u32>load<u8>(offsets + <usize>needle);
      for (let offset = first; offset <= first + 1; offset += 1) {
        const word = text + <usize>offset;
        markWord(word, offset == 0 ? 0 : 1, size - offset, longer, shift);
        addOne(buckets + (bucketOf(load<u32>(size - offset < 4 ? word - 1 : word)) << 2));
      }
    }
    text += size;
  }
  let sum: u32 = 0;
  let most: u32 = 0;
  for (let bucket: usize = 0; bucket <= bucketCount; bucket += 1) {
    const held = load<u32>(buckets + (bucket << 2));
    if (held > most) most = held;
    sum += held;
    store<u32>(buckets + (bucket << 2), sum);
  }
  for (let needle: u32 = 0; needle < count; needle += 1) {
    const size = <u32>load<u8>(sizes + <usize>needle);
    const start = <usize>load<u32>(starts + ((<usize>needle) << 2));
    if (size < 4) {
      putItem(buckets, items, load<u32>(start) & 0xffffff, (needle << 8) | ofGram);
    } else {
      const first = <u32>load<u8>(offsets + <usize>needle);
      for (let offset = first; offset <= first + 1; offset += 1) {
        const word = start + <usize>offset;
        if (size - offset < 4) putItem(buckets, items, load<u32>(word - 1), (needle << 8) | ofFront | offset);
        else putItem(buckets, items, load<u32>(word), (needle << 8) | offset);
      }
    }
  }
  return most;
}

/**
 * Marks the word at `word`, of which `before` bytes of its needle stand in front, at most one, and `behind` from the word's
 * beginning on, three at least; of a needle with so few a byte stands in front.
 */
function markWord(word: usize, before: u32, behind: u32, longer: usize, shift: u32): void {
  const bytes = load<u32>(word);
  // Of a word's last byte only the lower half is a part of its slot.
  const slots: u32 = behind < 4 ? 16 : 1;
  for (let last: u32 = 0; last < slots; last += 1)
    store<u8>(slotOf(behind < 4 ? (bytes & 0xffffff) | (last << 24) : bytes) >>> shift, 1, tableAt);
  const bit =
    behind >= 6
      ? bitOf(load<u64>(word) << 16)
      : behind < 4
        ? bitOf(load<u64>(word - 1) << 32)
        : before != 0
          ? bitOf(load<u64>(word - 1) << 24)
          : bitOf(load<u64>(word) << 32);
  const byte = longer + (bit >>> 3);
  store<u8>(byte, <u8>(<u32>load<u8>(byte) | (1 << (bit & 7))));
}

// No look depends on another one, so the processor has all eight under way at once.
function isMarkedNear(at: usize, shift: u32): u32 {
  const even0 = load<u64>(at);
  const odd0 = load<u64>(at, 2);
  const even1 = load<u64>(at, 8);
  const odd1 = load<u64>(at, 10);
  return (
    markOf(<u32>even0, shift) |
    markOf(<u32>(even0 >>> 32), shift) |
    markOf(<u32>odd0, shift) |
    markOf(<u32>(odd0 >>> 32), shift) |
    markOf(<u32>even1, shift) |
    markOf(<u32>(even1 >>> 32), shift) |
    markOf(<u32>odd1, shift) |
    markOf(<u32>(odd1 >>> 32), shift)
  );
}

function addWords(bytes: usize, from: usize, to: usize, shift: u32, longer: usize, found: usize): usize {
  let end = found;
  for (let one = from; one < to; one += 4) {
    const index = load<u32>(one);
    let marks = marksNear(bytes + <usize>index, shift);
    do {
      const offset = index + ((<u32>ctz(marks)) << 1);
      marks &= marks - 1;
      const word = bytes + <usize>offset;
      const behind = load<u64>(word);
      const around = load<u64>(word - 1);
      const known =
        bitIn(longer, bitOf(behind << 16)) |
        bitIn(longer, bitOf(around << 24)) |
        bitIn(longer, bitOf(behind << 32)) |
        bitIn(longer, bitOf(around << 32));
      store<u32>(end, offset << 1);
      end += (<usize>(known & 1)) << 2;
    } while (marks != 0);
  }
  return end;
}

function addGrams(bytes: usize, from: usize, to: usize, grams: usize, found: usize): usize {
  let end = found;
  for (let one = from; one < to; one += 4) {
    const entry = load<u32>(one);
    let lanes = entry & 0xffff;
    do {
      // A gram may have begun before the first of the bytes; then the offset means nothing to anyone.
      const offset = (entry >>> 16) + <u32>ctz(lanes) - 2;
      lanes &= lanes - 1;
      const gram = load<u32>(bytes + <usize>(offset + 2) - 2) & 0xffffff;
      store<u32>(end, (offset << 1) | 1);
      end += (<usize>(bitIn(grams, (gram * 0x9e3779b1) >>> 16) & 1)) << 2;
    } while (lanes != 0);
  }
  return end;
}

function marksNear(at: usize, shift: u32): u32 {
  return (
    markOf(load<u32>(at), shift) |
    (markOf(load<u32>(at, 2), shift) << 1) |
    (markOf(load<u32>(at, 4), shift) << 2) |
    (markOf(load<u32>(at, 6), shift) << 3) |
    (markOf(load<u32>(at, 8), shift) << 4) |
    (markOf(load<u32>(at, 10), shift) << 5) |
    (markOf(load<u32>(at, 12), shift) << 6) |
    (markOf(load<u32>(at, 14), shift) << 7)
  );
}

function markOf(word: u32, shift: u32): u32 {
  return <u32>load<u8>(slotOf(word) >>> shift, tableAt);
}

// A factor that ends in four zero bits leaves the upper half of a word's uppermost byte, its last one in memory, out. Of
// 150 such factors this one takes the fewest common words of source text for those of the catalogue.
function slotOf(word: u32): u32 {
  return word * 0x81b50e10;
}

/** Gives the bit, 0 to 2^20 - 1, of up to eight bytes. */
function bitOf(bytes: u64): u32 {
  return <u32>((bytes * 0x9e3779b97f4a7c15) >>> 44);
}

function bitIn(bits: usize, bit: u32): u32 {
  return <u32>load<u8>(bits + (bit >>> 3)) >>> (bit & 7);
}
