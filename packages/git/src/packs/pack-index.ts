import { readFileSync } from "node:fs";

/** What the index of a pack says: which objects it holds, and where each begins. */
export interface PackIndex {
  readonly count: number;
  /** The pack's own checksum, which stands at its end too. */
  readonly packChecksum: Buffer;
  /** Gives the number, in the order of ids, of the object with the id that begins here; -1 where the pack has none. */
  find(ids: Buffer, start: number): number;
  offsetOf(object: number): number;
  /** Gives the id of the object with this number; it shares the index's memory. */
  idOf(object: number): Buffer;
}

const magic = 0xff744f63;
const headBytes = 8;
const fanoutBytes = 256 * 4;

/** Reads an index of version 2 with ids of this size; `null` where it is of another form or more than `mostObjects`. */
export function readPackIndex(path: string, hashBytes: number, mostObjects: number): PackIndex | null {
  const bytes = readFileSync(path);
  if (bytes.length < headBytes + fanoutBytes + 2 * hashBytes) return null;
  if (bytes.readUInt32BE(0) !== magic || bytes.readUInt32BE(4) !== 2) return null;
  const upTo = (first: number): number => bytes.readUInt32BE(headBytes + 4 * first);
  const count = upTo(255);
  for (let first = 1; first < 256; first += 1) if (upTo(first) < upTo(first - 1)) return null;
  const idsAt = headBytes + fanoutBytes;
  const offsetsAt = idsAt + count * (hashBytes + 4);
  const largeAt = offsetsAt + 4 * count;
  const largeCount = (bytes.length - largeAt - 2 * hashBytes) / 8;
  if (count > mostObjects || largeCount < 0 || !Number.isInteger(largeCount)) return null;
  return {
    count,
    packChecksum: bytes.subarray(bytes.length - 2 * hashBytes, bytes.length - hashBytes),
    find: (ids, start) => {
      const first = ids[start] ?? 0;
      const lead = leadOf(ids, start);
      let low = first === 0 ? 0 : upTo(first - 1);
      let high = upTo(first) - 1;
      while (low <= high) {
        const middle = (low + high) >>> 1;
        const at = idsAt + middle * hashBytes;
        const own = leadOf(bytes, at);
        const order =
          lead === own ? ids.compare(bytes, at, at + hashBytes, start, start + hashBytes) : lead - own;
        if (order === 0) return middle;
        if (order < 0) high = middle - 1;
        else low = middle + 1;
      }
      return -1;
    },
    idOf: (object) => bytes.subarray(idsAt + object * hashBytes, idsAt + (object + 1) * hashBytes),
    offsetOf: (object) => {
      const small = bytes.readUInt32BE(offsetsAt + 4 * object);
      if (small < 0x80000000) return small;
      const large = small - 0x80000000;
      return large < largeCount ? Number(bytes.readBigUInt64BE(largeAt + 8 * large)) : -1;
    },
  };
}

// Next to no two ids begin alike, so the rest is seldom compared.
const leadOf = (bytes: Buffer, at: number): number =>
  (bytes[at] ?? 0) * 0x1000000 +
  (((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
