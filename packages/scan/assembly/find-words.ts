/**
 * Writes the index of every word of four bytes that is marked in `table`, and with a byte beside it in `contexts`, and
 * gives how many these are.
 *
 * The words stand at `words`, eight by eight, so `count` is a multiple of eight; a byte more can be read on both sides,
 * and `found` has room for `count` indices. A word's slot in `table` is the upper `32 - shift` bits of its product with
 * `multiplier`; `contextBit` gives its bits in `contexts`, of `behind` the byte that stands so far from its start.
 */
export function findWords(
  words: usize,
  count: u32,
  table: usize,
  contexts: usize,
  multiplier: u32,
  shift: u32,
  behind: u32,
  found: usize,
): u32 {
  let end = found;
  for (let index: u32 = 0; index < count; index += 8) {
    const at = words + ((<usize>index) << 2);
    // No look depends on another one, so the processor has all eight under way at once.
    const marks =
      load<u8>(table + ((load<u32>(at) * multiplier) >>> shift)) |
      load<u8>(table + ((load<u32>(at, 4) * multiplier) >>> shift)) |
      load<u8>(table + ((load<u32>(at, 8) * multiplier) >>> shift)) |
      load<u8>(table + ((load<u32>(at, 12) * multiplier) >>> shift)) |
      load<u8>(table + ((load<u32>(at, 16) * multiplier) >>> shift)) |
      load<u8>(table + ((load<u32>(at, 20) * multiplier) >>> shift)) |
      load<u8>(table + ((load<u32>(at, 24) * multiplier) >>> shift)) |
      load<u8>(table + ((load<u32>(at, 28) * multiplier) >>> shift));
    if (marks == 0) continue;
    for (let near = index; near < index + 8; near += 1) {
      const word = words + ((<usize>near) << 2);
      const product = load<u32>(word) * multiplier;
      if (load<u8>(table + (product >>> shift)) == 0) continue;
      if (
        isMarked(contexts, contextBit(product, load<u8>(word - 1))) ||
        isMarked(contexts, contextBit(product, <u32>load<u8>(word + behind) + 256))
      ) {
        store<u32>(end, near);
        end += 4;
      }
    }
  }
  return <u32>((end - found) >> 2);
}

/** Gives the bit, 0 to 2^18 - 1, of a word's product with a byte in front of it, or with 256 more than one behind it. */
export function contextBit(product: u32, context: u32): u32 {
  return ((product ^ context) * 0x85ebca6b) >>> 14;
}

function isMarked(bits: usize, bit: u32): bool {
  return ((load<u8>(bits + (bit >>> 3)) >>> (bit & 7)) & 1) != 0;
}
