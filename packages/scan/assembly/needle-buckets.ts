const blockBytes: u32 = 0x8000;
const bucketShift: u32 = 17;
export const bucketCount: usize = 0x8000;

// An index of needles is told by the address of four others, in this order.
/** Where the size of each needle stands, a byte each. */
export function sizesOf(index: usize): usize {
  return <usize>load<u32>(index);
}
/** Where each needle's text begins, four bytes each. */
export function startsOf(index: usize): usize {
  return <usize>load<u32>(index, 4);
}
/** Where the first item of each bucket is, four bytes each, and one more. */
export function bucketsOf(index: usize): usize {
  return <usize>load<u32>(index, 8);
}
/** Where the items are, four bytes each. */
export function itemsOf(index: usize): usize {
  return <usize>load<u32>(index, 12);
}

/** What a word of an item is: of four bytes of its needle, of the last three and the one in front, or of all three. */
export const ofFront: u32 = 0x20;
export const ofGram: u32 = 0x40;

/**
 * Finds which needles stand at the offsets that were found, from the one at `from` to before the one at `to`: writes where
 * each begins, from `bytes` on, and which one it is. Of the bytes those from `low` to before `high` are there. It stops
 * before it could write more than `room` of them, gives how many it wrote, and writes to `next` where to go on.
 */
export function resolveFound(
  found: usize,
  from: u32,
  to: u32,
  bytes: usize,
  low: usize,
  high: usize,
  index: usize,
  most: u32,
  out: usize,
  room: u32,
  next: usize,
): u32 {
  let end = out;
  const full = out + ((<usize>(room - 2 * most)) << 3);
  let one = from;
  for (; one < to && end <= full; one += 1) {
    const entry = load<u32>(found + ((<usize>one) << 2));
    // Grams that begin in front of a block or behind it are found in another one.
    if (entry >>> 1 >= blockBytes) continue;
    const at = bytes + <usize>(entry >>> 1);
    if ((entry & 1) != 0) {
      end = addItems(load<u32>(at) & 0xffffff, ofGram, at, bytes, low, high, index, end);
    } else {
      end = addItems(load<u32>(at), 0, at, bytes, low, high, index, end);
      end = addItems(load<u32>(at - 1), ofFront, at, bytes, low, high, index, end);
    }
  }
  store<u32>(next, one);
  return <u32>((end - out) >> 3);
}

function addItems(
  key: u32,
  sort: u32,
  at: usize,
  bytes: usize,
  low: usize,
  high: usize,
  index: usize,
  out: usize,
): usize {
  let end = out;
  const bucket = bucketsOf(index) + (bucketOf(key) << 2);
  const last = load<u32>(bucket, 4);
  for (let one = load<u32>(bucket); one < last; one += 1) {
    const item = load<u32>(itemsOf(index) + ((<usize>one) << 2));
    if ((item & 0xe0) != sort) continue;
    const needle = <usize>(item >>> 8);
    const start = at - <usize>(item & 0x1f);
    const size = <usize>load<u8>(sizesOf(index) + needle);
    if (start < low || start + size > high) continue;
    const text = <usize>load<u32>(startsOf(index) + (needle << 2));
    let same: usize = 0;
    while (same < size && load<u8>(start + same) == load<u8>(text + same)) same += 1;
    if (same < size) continue;
    store<i32>(end, <i32>(start - bytes));
    store<u32>(end, <u32>needle, 4);
    end += 8;
  }
  return end;
}

/** Puts an item into the bucket of its word, which has room for it in front of what it begins with. */
export function putItem(buckets: usize, items: usize, key: u32, item: u32): void {
  const bucket = buckets + (bucketOf(key) << 2);
  const index = load<u32>(bucket) - 1;
  store<u32>(bucket, index);
  store<u32>(items + ((<usize>index) << 2), item);
}

/** Counts one more. */
export function addOne(counter: usize): void {
  store<u32>(counter, load<u32>(counter) + 1);
}

/** Gives which bucket a word or a gram belongs into. */
export function bucketOf(key: u32): usize {
  return <usize>((key * 0x9e3779b1) >>> bucketShift);
}
