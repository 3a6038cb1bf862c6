/** Texts by SHA-256, packed outside the heap: many thousands of them cost neither objects nor collections of garbage. */
export interface PackedRecords {
  /** Finds a record; how many others were asked for since it was itself tells how busy it is. */
  get(sha256: string): PackedRecord | null;
  /** Keeps a text, in place of the one before; everything is forgotten first where there is no more room. */
  put(sha256: string, text: string): void;
  /** How many have been put: every record with a number below it was there before. */
  readonly nextNumber: number;
  clear(): void;
}

export interface PackedRecord {
  readonly text: string;
  /** Grows with each `put`. */
  readonly number: number;
  /** How many records were asked for between the last time and now. */
  readonly othersSince: number;
}

const CHUNK_BYTES = 2 ** 20;
const DIGEST_BYTES = 32;
/** Digest, number, when it was asked for, length of the text. */
const HEAD_BYTES = DIGEST_BYTES + 16;
const FIRST_SLOTS = 1024;

/**
 * Records lie one behind the other in chunks of 1 MiB, up to `mostBytes` together; a table of their positions is searched
 * from where the digest's first bits point to. A position is 1 more than the distance from the first chunk's beginning.
 */
export function makePackedRecords(mostBytes: number): PackedRecords {
  const mostChunks = Math.floor(mostBytes / CHUNK_BYTES);
  const chunks: Buffer[] = [];
  let slots = new Int32Array(FIRST_SLOTS);
  let used = 0;
  let end = 0;
  let nextNumber = 0;
  let asked = 0;

  const clear = (): void => {
    slots.fill(0);
    used = 0;
    end = 0;
  };

  const chunkAt = (position: number): Buffer =>
    chunks[Math.floor((position - 1) / CHUNK_BYTES)] ?? Buffer.alloc(0);

  /** Where a digest is in the table, or where it would have to go. */
  const slotOf = (sha256: string): number => {
    const last = slots.length - 1;
    let slot = Number.parseInt(sha256.slice(0, 8), 16) & last;
    for (;;) {
      const position = slots[slot] ?? 0;
      if (position === 0) return slot;
      const from = (position - 1) % CHUNK_BYTES;
      if (chunkAt(position).toString("hex", from, from + DIGEST_BYTES) === sha256) return slot;
      slot = (slot + 1) & last;
    }
  };

  const widen = (): void => {
    const positions = slots.filter((position) => position !== 0);
    slots = new Int32Array(2 * slots.length);
    for (const position of positions) {
      const from = (position - 1) % CHUNK_BYTES;
      slots[slotOf(chunkAt(position).toString("hex", from, from + DIGEST_BYTES))] = position;
    }
  };

  /** Finds room for so many bytes, which are together in one chunk. */
  const reserve = (bytes: number): number => {
    const left = CHUNK_BYTES - (end % CHUNK_BYTES);
    if (bytes > left) end += left;
    if (Math.ceil((end + bytes) / CHUNK_BYTES) > mostChunks) clear();
    const index = Math.floor(end / CHUNK_BYTES);
    chunks[index] ??= Buffer.alloc(CHUNK_BYTES);
    const position = end + 1;
    end += bytes;
    return position;
  };

  return {
    get: (sha256) => {
      const position = slots[slotOf(sha256)] ?? 0;
      if (position === 0) return null;
      const chunk = chunkAt(position);
      const from = (position - 1) % CHUNK_BYTES;
      const head = from + DIGEST_BYTES;
      const length = chunk.readUInt32LE(head + 12);
      const othersSince = (asked - chunk.readUInt32LE(head + 8)) >>> 0;
      asked = (asked + 1) >>> 0;
      chunk.writeUInt32LE(asked, head + 8);
      return {
        text: chunk.toString("utf8", from + HEAD_BYTES, from + HEAD_BYTES + length),
        number: chunk.readDoubleLE(head),
        othersSince,
      };
    },
    put: (sha256, text) => {
      const length = Buffer.byteLength(text);
      if (mostChunks === 0 || HEAD_BYTES + length > CHUNK_BYTES) return;
      const position = reserve(HEAD_BYTES + length);
      const chunk = chunkAt(position);
      const from = (position - 1) % CHUNK_BYTES;
      chunk.write(sha256, from, "hex");
      chunk.writeDoubleLE(nextNumber, from + DIGEST_BYTES);
      chunk.writeUInt32LE(asked, from + DIGEST_BYTES + 8);
      chunk.writeUInt32LE(length, from + DIGEST_BYTES + 12);
      chunk.write(text, from + HEAD_BYTES, "utf8");
      nextNumber += 1;
      const slot = slotOf(sha256);
      if ((slots[slot] ?? 0) === 0) used += 1;
      slots[slot] = position;
      if (2 * used > slots.length) widen();
    },
    get nextNumber() {
      return nextNumber;
    },
    clear,
  };
}
