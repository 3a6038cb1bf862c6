import { cutOff, unreadable, type Packed } from "./packed.ts";

const endRecordBytes = 22;
const longestComment = 0xffff;
const directoryEntryBytes = 46;
const localHeaderBytes = 30;

/** Whether these bytes start like a zip archive with a file in it. */
export function isZip(bytes: Buffer): boolean {
  return bytes.length >= 4 && bytes.readUInt32LE(0) === 0x04034b50;
}

/** Whether these bytes end with the end of a zip archive that has no comment, as programs do that unpack themselves. */
export function endsAsZip(bytes: Buffer): boolean {
  const end = bytes.length - endRecordBytes;
  return end >= 0 && bytes[end] === 0x50 && bytes.readUInt32LE(end) === 0x06054b50;
}

/** Lists the files of a zip archive by its central directory (APPNOTE 4.3.12). */
export function readZip(bytes: Buffer): readonly Packed[] {
  const end = bytes.lastIndexOf("PK\u0005\u0006");
  if (
    end === -1 ||
    end + endRecordBytes > bytes.length ||
    end < bytes.length - endRecordBytes - longestComment
  ) {
    return [unreadable("zip", "the directory of the archive is missing")];
  }
  const { count, start, shift } = readDirectoryEnd(bytes, end);
  let at = start + shift;
  const files: Packed[] = [];
  for (let index = 0; index < count; index += 1) {
    if (at + directoryEntryBytes > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50) {
      files.push(unreadable("zip", "the directory of the archive is damaged"));
      break;
    }
    const nameSize = bytes.readUInt16LE(at + 28);
    const path = bytes.toString("utf8", at + directoryEntryBytes, at + directoryEntryBytes + nameSize);
    if (!path.endsWith("/")) files.push(readEntry(bytes, at, shift, path));
    at += directoryEntryBytes + nameSize + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return files;
}

interface DirectoryEnd {
  readonly count: number;
  readonly start: number;
  /** Offsets count from the start of the archive, which other bytes may precede. */
  readonly shift: number;
}

function readDirectoryEnd(bytes: Buffer, end: number): DirectoryEnd {
  const wide = bytes.lastIndexOf("PK\u0006\u0006", end);
  const isWide = end >= 20 && bytes.readUInt32LE(end - 20) === 0x07064b50 && wide !== -1 && wide + 56 <= end;
  const [size, start, before] = isWide
    ? [wideNumber(bytes, wide + 40), wideNumber(bytes, wide + 48), wide]
    : [bytes.readUInt32LE(end + 12), bytes.readUInt32LE(end + 16), end];
  const count = isWide ? wideNumber(bytes, wide + 32) : bytes.readUInt16LE(end + 10);
  return { count, start, shift: Math.max(0, before - size - start) };
}

// What is larger than a double can say is beyond the file in any case.
const wideNumber = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at));

const methods: ReadonlyMap<number, Packed["method"]> = new Map([
  [0, "stored"],
  [8, "deflate"],
  [93, "zstd"],
]);

function readEntry(bytes: Buffer, at: number, shift: number, path: string): Packed {
  const isEncrypted = (bytes.readUInt16LE(at + 8) & 1) !== 0;
  const method = methods.get(bytes.readUInt16LE(at + 10));
  const [size, offset] = readSizeAndOffset(bytes, at);
  const header = offset + shift;
  if (isEncrypted) return unreadable(path, "it is encrypted");
  if (method === undefined) return unreadable(path, "its compression method is not known");
  if (header + localHeaderBytes > bytes.length) return unreadable(path, cutOff);
  const start = header + localHeaderBytes + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
  if (start + size > bytes.length) return unreadable(path, cutOff);
  return { path, method, problem: "", start, end: start + size };
}

const isElsewhere = 0xffffffff;

// A number that does not fit into four bytes stands behind the name in eight (APPNOTE 4.5.3).
function readSizeAndOffset(bytes: Buffer, at: number): readonly [size: number, offset: number] {
  const [size, offset] = [bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 42)];
  if (size !== isElsewhere && offset !== isElsewhere) return [size, offset];
  let next = at + directoryEntryBytes + bytes.readUInt16LE(at + 28);
  const end = Math.min(bytes.length, next + bytes.readUInt16LE(at + 30));
  while (next + 4 <= end && bytes.readUInt16LE(next) !== 1) next += 4 + bytes.readUInt16LE(next + 2);
  next += 4;
  const take = (short: number): number => {
    if (short !== isElsewhere || next + 8 > end) return short;
    next += 8;
    return wideNumber(bytes, next - 8);
  };
  take(bytes.readUInt32LE(at + 24));
  return [take(size), take(offset)];
}
