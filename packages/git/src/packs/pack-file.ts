import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { ObjectType } from "../objects/git-object.ts";
import type { PackIndex } from "./pack-index.ts";
import type { Range } from "./unpacker.ts";

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
  /**
   * Reads bytes of the pack and gives where they stand in its memory until the next ones are asked for; -1 for more than
   * that has room for. @throws where they cannot be read
   */
  read(offset: number, sizeBytes: number): number;
  close(): void;
}

/** What a pack is read into. */
export interface PackMemory {
  readonly bytes: Buffer;
  /** For blocks of the pack, which stay there until others need their place. */
  readonly window: Range;
  /** For what does not fit there in one piece. */
  readonly piece: Range;
}

const packMagic = 0x5041434b;
const packHeadBytes = 12;
const blockBytes = 8 * 1024;
const mostBlocks = 16;

/** Opens a pack of version 2 with so many objects and this checksum; `null` where it is another one. */
export function openPackFile(
  path: string,
  memory: PackMemory,
  { count, packChecksum }: Pick<PackIndex, "count" | "packChecksum">,
): PackFile | null {
  const file = openSync(path, "r");
  const { size } = fstatSync(file);
  const { bytes, window, piece } = memory;
  const fill = (offset: number, sizeBytes: number, at: number): void => {
    for (let done = 0; done < sizeBytes;) {
      const got = readSync(file, bytes, at + done, sizeBytes - done, offset + done);
      if (got === 0) throw new RangeError(`${path} ends in the middle of an object`);
      done += got;
    }
  };
  // What is made of an object stands near it, and in front of it as well as behind: half of all objects would be read anew.
  const blocks = new Int32Array(Math.floor((window.end - window.start) / blockBytes)).fill(-1);
  let last = -1;
  let ahead = 1;
  const bring = (block: number): void => {
    const slot = block % blocks.length;
    if (blocks[slot] === block) return;
    // Whoever goes on where the last block ended will go on further.
    ahead = block === last + 1 ? Math.min(2 * ahead, mostBlocks) : 1;
    const offset = block * blockBytes;
    const sizeBytes = Math.min(ahead * blockBytes, (blocks.length - slot) * blockBytes, size - offset);
    const end = slot + Math.ceil(sizeBytes / blockBytes);
    blocks.fill(-1, slot, end);
    fill(offset, sizeBytes, window.start + slot * blockBytes);
    for (let index = slot; index < end; index += 1) blocks[index] = block + index - slot;
    last = block + end - slot - 1;
  };
  const read: PackFile["read"] = (offset, sizeBytes) => {
    if (offset + sizeBytes > size) throw new RangeError(`${path} ends in the middle of an object`);
    const first = Math.floor(offset / blockBytes);
    const end = Math.ceil((offset + sizeBytes) / blockBytes);
    const slot = first % blocks.length;
    if (slot + end - first > blocks.length) {
      if (sizeBytes > piece.end - piece.start) return -1;
      fill(offset, sizeBytes, piece.start);
      return piece.start;
    }
    for (let block = first; block < end; block += 1) bring(block);
    return window.start + slot * blockBytes + offset - first * blockBytes;
  };
  const pack = { sizeBytes: size, read, close: () => closeSync(file) };
  try {
    const head = read(0, packHeadBytes);
    const isKnown =
      bytes.readUInt32BE(head) === packMagic &&
      bytes.readUInt32BE(head + 4) === 2 &&
      bytes.readUInt32BE(head + 8) === count;
    const endBytes = packChecksum.length;
    const endAt = isKnown ? read(size - endBytes, endBytes) : -1;
    if (endAt !== -1 && bytes.subarray(endAt, endAt + endBytes).equals(packChecksum)) return pack;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  pack.close();
  return null;
}

const types: readonly (ObjectType | undefined)[] = [undefined, "commit", "tree", "blob", "tag"];
const offsetDelta = 6;
const idDelta = 7;

/** Reads the head of the entry that begins at `offset` of a pack and stands at `start` to `end`; `null` where it is of no known sort. */
export function readPackEntry(
  bytes: Buffer,
  start: number,
  end: number,
  position: { readonly offset: number; readonly hashBytes: number },
): PackEntry | null {
  let byte = bytes[start] ?? 0;
  const sort = (byte >>> 4) & 7;
  let sizeBytes = byte & 15;
  let scale = 16;
  let at = start + 1;
  while (byte >= 0x80) {
    if (at >= end || scale > 2 ** 42) return null;
    byte = bytes[at] ?? 0;
    sizeBytes += (byte & 0x7f) * scale;
    scale *= 128;
    at += 1;
  }
  const type = types[sort];
  if (type !== undefined) return { type, sizeBytes, headBytes: at - start };
  if (sort === idDelta) {
    const baseEnd = at + position.hashBytes;
    if (baseEnd > end) return null;
    return {
      type: null,
      sizeBytes,
      headBytes: baseEnd - start,
      base: Buffer.from(bytes.subarray(at, baseEnd)),
    };
  }
  if (sort !== offsetDelta) return null;
  let back = 0;
  do {
    if (at >= end || back > 2 ** 44) return null;
    byte = bytes[at] ?? 0;
    // Each further byte begins one later, so that no number has two spellings.
    back = back * 128 + (byte & 0x7f);
    if (byte >= 0x80) back += 1;
    at += 1;
  } while (byte >= 0x80);
  const { offset } = position;
  if (back === 0 || back >= offset) return null;
  return { type: null, sizeBytes, headBytes: at - start, base: offset - back };
}
