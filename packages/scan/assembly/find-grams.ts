/**
 * Writes the offset of every three bytes that may be one of a set of grams, and gives how many these are. It may find
 * some more, never one less.
 *
 * It looks at `count` offsets from `bytes` on, sixteen by sixteen; two bytes more can be read behind the last. `masks`
 * holds, for each of the three bytes, which of eight groups of grams have its lower half and then its upper half;
 * `grams` has the bit of every gram, of 2^16 that {@link gramBit} gives.
 */
export function findGrams(bytes: usize, count: u32, masks: usize, grams: usize, found: usize): u32 {
  const low0 = v128.load(masks);
  const high0 = v128.load(masks, 16);
  const low1 = v128.load(masks, 32);
  const high1 = v128.load(masks, 48);
  const low2 = v128.load(masks, 64);
  const high2 = v128.load(masks, 80);
  const half = i8x16.splat(15);
  let end = found;
  for (let index: u32 = 0; index < count; index += 16) {
    const at = bytes + <usize>index;
    const first = v128.load(at);
    const second = v128.load(at, 1);
    const third = v128.load(at, 2);
    const groups = v128.and(
      v128.and(
        v128.and(i8x16.swizzle(low0, v128.and(first, half)), i8x16.swizzle(high0, i8x16.shr_u(first, 4))),
        v128.and(i8x16.swizzle(low1, v128.and(second, half)), i8x16.swizzle(high1, i8x16.shr_u(second, 4))),
      ),
      v128.and(i8x16.swizzle(low2, v128.and(third, half)), i8x16.swizzle(high2, i8x16.shr_u(third, 4))),
    );
    if (!v128.any_true(groups)) continue;
    let lanes: i32 = i8x16.bitmask(i8x16.ne(groups, i8x16.splat(0)));
    while (lanes != 0) {
      const lane: u32 = <u32>ctz(lanes);
      lanes &= lanes - 1;
      const gram =
        <u32>load<u8>(at + lane) |
        ((<u32>load<u8>(at + lane, 1)) << 8) |
        ((<u32>load<u8>(at + lane, 2)) << 16);
      const bit = gramBit(gram);
      if (((load<u8>(grams + (bit >>> 3)) >>> (bit & 7)) & 1) == 0) continue;
      store<u32>(end, index + lane);
      end += 4;
    }
  }
  return <u32>((end - found) >> 2);
}

/** Gives the bit of a gram, its first byte lowest. */
export function gramBit(gram: u32): u32 {
  return (gram * 0x9e3779b1) >>> 16;
}
