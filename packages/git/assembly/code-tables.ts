// What `inflate` makes for itself, from `memoryBase` on; the caller keeps 128 kB for it.
export const orderOfLengths = memory.data<u8>([
  16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
]);
export const lengths = memory.data(320);
const counts = memory.data(64);
const nextCodes = memory.data(64);
export const codeTable = memory.data(4 * 128);
// 1,024 first looks, and at most one table of 32 for each of the 288 codes that are longer.
export const literalTable = memory.data(4 * (1024 + 32 * 288));
export const distanceTable = memory.data(4 * (256 + 128 * 32));
export const fixedLiteralTable = memory.data(4 * 1024);
export const fixedDistanceTable = memory.data(4 * 256);
let isFixedMade = false;

export const literalBits: u32 = 10;
export const distanceBits: u32 = 8;
export const codeBits: u32 = 7;

// An entry: how many bits the code takes, how many follow it and what it is, and in the upper half its value.
export const isLiteral: u32 = 0x8000;
export const isOther: u32 = 0x4000;
export const isTable: u32 = 0x2000;
const noCode: u32 = 0x4000;
export const endOfBlock: u32 = 0x4100;

export const ofCodes: u32 = 0;
export const ofLiterals: u32 = 1;
export const ofDistances: u32 = 2;

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
export function makeTable(from: usize, count: u32, table: usize, tableBits: u32, kind: u32): bool {
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

/** Makes the tables of the codes that deflate itself fixes, once. */
export function makeFixed(): void {
  if (isFixedMade) return;
  for (let symbol: u32 = 0; symbol < 288; symbol += 1) {
    store<u8>(lengths + symbol, symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8);
  }
  makeTable(lengths, 288, fixedLiteralTable, literalBits, ofLiterals);
  memory.fill(lengths, 5, 32);
  makeTable(lengths, 32, fixedDistanceTable, distanceBits, ofDistances);
  isFixedMade = true;
}
