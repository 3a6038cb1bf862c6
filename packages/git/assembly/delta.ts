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
