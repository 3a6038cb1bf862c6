import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { ObjectType } from "../objects/git-object.ts";

/** One object as a pack holds it, before it is unpacked. */
export interface PackEntry {
  /** `null` for one that is stored as a delta. */
  readonly type: ObjectType | null;
  /** Of the object, or of the delta. */
  readonly sizeBytes: number;
  /** Of what is compressed, from the beginning of the entry. */
  readonly headBytes: number;
  /** Where the base of a delta begins, or its id; absent otherwise. */
  readonly base?: number | Buffer;
}

export interface PackFile {
  readonly sizeBytes: number;
  /** Gives bytes of the pack until the next ones are asked for. @throws where they cannot be read */
  read(offset: number, sizeBytes: number): Buffer;
  close(): void;
}

const packMagic = 0x5041434b;
const packHeadBytes = 12;
const aheadBytes = 256 * 1024;
const besideBytes = 8 * 1024;

/** Opens a pack of version 2 with so many objects and this checksum; `null` where it is another one. */
export function openPackFile(path: string, count: number, checksum: Buffer): PackFile | null {
  const file = openSync(path, "r");
  const { size } = fstatSync(file);
  let memory: Buffer = Buffer.allocUnsafeSlow(aheadBytes);
  let start = 0;
  let end = 0;
  const read: PackFile["read"] = (offset, sizeBytes) => {
    if (offset >= start && offset + sizeBytes <= end) {
      return memory.subarray(offset - start, offset - start + sizeBytes);
    }
    if (sizeBytes > memory.length) memory = Buffer.allocUnsafeSlow(sizeBytes);
    // Whoever goes on where the last bytes ended will go on further.
    const wanted = Math.max(sizeBytes, offset === end ? memory.length : besideBytes);
    const stop = Math.min(size, offset + Math.min(memory.length, wanted));
    start = offset;
    end = offset;
    while (end < stop) {
      const got = readSync(file, memory, end - start, stop - end, end);
      if (got === 0) break;
      end += got;
    }
    if (offset + sizeBytes > end) throw new RangeError(`${path} ends in the middle of an object`);
    return memory.subarray(0, sizeBytes);
  };
  const pack = { sizeBytes: size, read, close: () => closeSync(file) };
  try {
    const head = read(0, packHeadBytes);
    const isKnown =
      head.readUInt32BE(0) === packMagic && head.readUInt32BE(4) === 2 && head.readUInt32BE(8) === count;
    if (isKnown && read(size - checksum.length, checksum.length).equals(checksum)) return pack;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  pack.close();
  return null;
}

const types: readonly (ObjectType | undefined)[] = [undefined, "commit", "tree", "blob", "tag"];
const offsetDelta = 6;
const idDelta = 7;

/** Reads the head of the entry that begins at `offset` of a pack with these bytes; `null` where it is of no known sort. */
export function readPackEntry(bytes: Buffer, offset: number, hashBytes: number): PackEntry | null {
  let byte = bytes[0] ?? 0;
  const sort = (byte >>> 4) & 7;
  let sizeBytes = byte & 15;
  let scale = 16;
  let at = 1;
  while (byte >= 0x80) {
    if (at >= bytes.length || scale > 2 ** 42) return null;
    byte = bytes[at] ?? 0;
    sizeBytes += (byte & 0x7f) * scale;
    scale *= 128;
    at += 1;
  }
  const type = types[sort];
  if (type !== undefined) return { type, sizeBytes, headBytes: at };
  if (sort === idDelta) {
    const base = Buffer.from(bytes.subarray(at, at + hashBytes));
    return base.length === hashBytes ? { type: null, sizeBytes, headBytes: at + hashBytes, base } : null;
  }
  if (sort !== offsetDelta) return null;
  let back = 0;
  do {
    if (at >= bytes.length || back > 2 ** 44) return null;
    byte = bytes[at] ?? 0;
    // Each further byte begins one later, so that no number has two spellings.
    back = back * 128 + (byte & 0x7f);
    if (byte >= 0x80) back += 1;
    at += 1;
  } while (byte >= 0x80);
  return back > 0 && back < offset ? { type: null, sizeBytes, headBytes: at, base: offset - back } : null;
}
