/** How many bytes a header takes, and to how many contents are filled up. */
export const blockBytes = 512;

/** What a header of a tar archive says (POSIX ustar, pax, GNU and the form before them). */
export interface TarHeader {
  readonly name: Buffer;
  readonly link: Buffer;
  /** One character; `0` for a file, `\0` in the oldest form. */
  readonly type: string;
  readonly sizeBytes: number;
  /** Whether blocks follow that say more of where the parts of a sparse file are. */
  readonly isContinued: boolean;
}

/** Reads a header; null where the block's checksum shows that it is none. */
export function readTarHeader(block: Buffer): TarHeader | null {
  if (block.length < blockBytes) return null;
  const stated = readNumber(block.subarray(148, 156));
  let sum = 8 * 0x20;
  for (const [at, byte] of block.entries()) if (at < 148 || at >= 156) sum += byte;
  if (stated !== sum) return null;
  const sizeBytes = readNumber(block.subarray(124, 136));
  if (sizeBytes === null) return null;
  const type = block.toString("latin1", 156, 157);
  const isPosix = block.toString("latin1", 257, 263) === "ustar\0";
  const folder = isPosix ? untilZero(block.subarray(345, 500)) : Buffer.alloc(0);
  const name = untilZero(block.subarray(0, 100));
  return {
    name: folder.length === 0 ? name : Buffer.concat([folder, Buffer.from("/"), name]),
    link: untilZero(block.subarray(157, 257)),
    type,
    sizeBytes,
    isContinued: type === "S" && block[482] === 1,
  };
}

/** Gives the bytes before the first zero. */
export function untilZero(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end === -1 ? bytes : bytes.subarray(0, end);
}

/** Reads the records of a pax header: `<length> <name>=<value>\n` each; what does not fit ends them. */
export function readPaxRecords(bytes: Buffer): ReadonlyMap<string, Buffer> {
  const records = new Map<string, Buffer>();
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(bytes.toString("latin1", at, Math.max(at, space)));
    const equals = bytes.indexOf(0x3d, space);
    const end = at + length;
    if (space === -1 || !Number.isInteger(length) || length < 5 || end > bytes.length) break;
    if (equals !== -1 && equals < end) {
      records.set(bytes.toString("utf8", space + 1, equals), bytes.subarray(equals + 1, end - 1));
    }
    at = end;
  }
  return records;
}

// Octal, or binary where the first bit is set; negative numbers and those beyond a double are nobody's size.
function readNumber(field: Buffer): number | null {
  if (((field[0] ?? 0) & 0x80) === 0) {
    const text = untilZero(field).toString("latin1").trim();
    return /^[0-7]*$/.test(text) ? Number.parseInt(text || "0", 8) : null;
  }
  let value = (field[0] ?? 0) & 0x7f;
  for (const byte of field.subarray(1)) value = value * 256 + byte;
  return Number.isSafeInteger(value) ? value : null;
}
