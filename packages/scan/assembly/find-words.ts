/**
 * Writes the index of every word of four bytes, one behind the other, that is marked in `table` and in
 * `longer`, and gives how many these are.
 *
 * The words begin at `words` and are looked at eight by eight, so `count` is a multiple of eight; a byte more
 * can be read in front of them and eight behind, and `found` has room for `count` indices. A word's byte in
 * `table` is that of the upper `32 - shift` bits of {@link slotOf}, and of its bits the one that its last byte
 * names.
 */
export function findWords(
  words: usize,
  count: u32,
  table: usize,
  longer: usize,
  shift: u32,
  found: usize,
): u32 {
  return find<u32>(words, count, table, longer, shift, found);
}

/** Does the same with the words that begin at every second byte, for needles of four bytes or five. */
export function findHalfWords(
  words: usize,
  count: u32,
  table: usize,
  longer: usize,
  shift: u32,
  found: usize,
): u32 {
  return find<u16>(words, count, table, longer, shift, found);
}

// The step from word to word is the size of a type, so the compiler makes a loop for each.
function find<Step>(words: usize, count: u32, table: usize, longer: usize, shift: u32, found: usize): u32 {
  const stride = sizeof<Step>();
  let end = found;
  for (let index: u32 = 0; index < count; index += 8) {
    const at = words + <usize>index * stride;
    // No look depends on another one, so the processor has all eight under way at once.
    const mark0 = markOf(table, load<u32>(at), shift);
    const mark1 = markOf(table, load<u32>(at + stride), shift);
    const mark2 = markOf(table, load<u32>(at + 2 * stride), shift);
    const mark3 = markOf(table, load<u32>(at + 3 * stride), shift);
    const mark4 = markOf(table, load<u32>(at + 4 * stride), shift);
    const mark5 = markOf(table, load<u32>(at + 5 * stride), shift);
    const mark6 = markOf(table, load<u32>(at + 6 * stride), shift);
    const mark7 = markOf(table, load<u32>(at + 7 * stride), shift);
    if (((mark0 | mark1 | mark2 | mark3 | mark4 | mark5 | mark6 | mark7) & 1) == 0) continue;
    let marks: u32 =
      ((mark0 & 1) << 0) |
      ((mark1 & 1) << 1) |
      ((mark2 & 1) << 2) |
      ((mark3 & 1) << 3) |
      ((mark4 & 1) << 4) |
      ((mark5 & 1) << 5) |
      ((mark6 & 1) << 6) |
      ((mark7 & 1) << 7);
    while (marks != 0) {
      const near = <u32>ctz(marks);
      marks &= marks - 1;
      const word = at + <usize>near * stride;
      // Which of them it may be cannot be told beforehand, and branches would cost more than the looks.
      const known =
        sizeof<Step>() == 4
          ? bitIn(longer, bitOf(load<u64>(word) << 16)) |
            bitIn(longer, bitOf(load<u64>(word - 1) << 24)) |
            bitIn(longer, bitOf(load<u64>(word - 1) << 32))
          : bitIn(longer, bitOf(load<u64>(word) << 32)) | bitIn(longer, bitOf(load<u64>(word) << 40));
      if ((known & 1) == 0) continue;
      store<u32>(end, index + near);
      end += 4;
    }
  }
  return <u32>((end - found) >> 2);
}

/**
 * Marks the word at `word` that begins `size` bytes before the end of its needle, with as many bytes around it
 * as {@link findWords} or, of a half, {@link findHalfWords} looks at.
 */
export function markWord(
  word: usize,
  size: u32,
  isHalf: bool,
  table: usize,
  longer: usize,
  shift: u32,
): void {
  const bytes = load<u32>(word);
  const slot = table + (slotOf(bytes) >>> shift);
  store<u8>(slot, size < 4 ? 0xff : <u8>(<u32>load<u8>(slot) | (1 << ((bytes >>> 24) & 7))));
  const behind = load<u64>(word);
  const around = load<u64>(word - 1);
  const bit = isHalf
    ? bitOf(size < 4 ? behind << 40 : behind << 32)
    : bitOf(size < 4 ? around << 32 : size < 6 ? around << 24 : behind << 16);
  const byte = longer + (bit >>> 3);
  store<u8>(byte, <u8>(<u32>load<u8>(byte) | (1 << (bit & 7))));
}

/** Gives in the lowest bit whether the word is marked. */
function markOf(table: usize, word: u32, shift: u32): u32 {
  return <u32>load<u8>(table + (slotOf(word) >>> shift)) >>> ((word >>> 24) & 7);
}

// Of a product with a multiple of 256 the uppermost byte of a word, its last one in memory, is no part.
function slotOf(word: u32): u32 {
  return word * ((<u32>0x9e3779b1) << 8);
}

/** Gives the bit, 0 to 2^20 - 1, of up to eight bytes. */
function bitOf(bytes: u64): u32 {
  return <u32>((bytes * 0x9e3779b97f4a7c15) >>> 44);
}

function bitIn(bits: usize, bit: u32): u32 {
  return <u32>load<u8>(bits + (bit >>> 3)) >>> (bit & 7);
}
