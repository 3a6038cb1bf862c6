const endRecordBytes = 22;
const longestComment = 0xffff;
const entryBytes = 46;

/** So many bytes at the end of a zip archive hold the end of its directory, whatever comment follows. */
export const zipEndBytes: number = endRecordBytes + longestComment + 76;

/** Where the central directory of a zip archive is. */
export interface ZipDirectory {
  readonly count: number;
  readonly start: number;
  readonly sizeBytes: number;
  /** Offsets count from the start of the archive, which other bytes may precede. */
  readonly shift: number;
}

/**
 * Finds the central directory by the end of an archive (APPNOTE 4.3.16); null where it is missing.
 *
 * @param tail the archive, or its last {@link zipEndBytes}
 * @param base where in the archive they start
 */
export function findZipDirectory(tail: Buffer, base = 0): ZipDirectory | null {
  const end = tail.lastIndexOf("PK\u0005\u0006");
  const isMissing =
    end === -1 || end + endRecordBytes > tail.length || end < tail.length - endRecordBytes - longestComment;
  if (isMissing) return null;
  const wide = tail.lastIndexOf("PK\u0006\u0006", end);
  const isWide = end >= 20 && tail.readUInt32LE(end - 20) === 0x07064b50 && wide !== -1 && wide + 56 <= end;
  const [sizeBytes, start, before] = isWide
    ? [wideNumber(tail, wide + 40), wideNumber(tail, wide + 48), wide]
    : [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16), end];
  const count = isWide ? wideNumber(tail, wide + 32) : tail.readUInt16LE(end + 10);
  const shift = Math.max(0, base + before - sizeBytes - start);
  return { count, start: start + shift, sizeBytes, shift };
}

/** What the directory says of one file. */
export interface ZipEntry {
  readonly name: Buffer;
  readonly isEncrypted: boolean;
  /** As numbered in APPNOTE 4.4.5. */
  readonly method: number;
  readonly crc32: number;
  readonly packedBytes: number;
  /** Where its own header is, before the directory's shift. */
  readonly offset: number;
  /** Where the next entry of the directory is. */
  readonly next: number;
}

/** Reads the entry that stands here in a directory (APPNOTE 4.3.12); null where there is none. */
export function readZipEntry(bytes: Buffer, at: number): ZipEntry | null {
  if (at + entryBytes > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50) return null;
  const nameEnd = at + entryBytes + bytes.readUInt16LE(at + 28);
  const [packedBytes, offset] = readSizeAndOffset(bytes, at, nameEnd);
  return {
    name: bytes.subarray(at + entryBytes, nameEnd),
    isEncrypted: (bytes.readUInt16LE(at + 8) & 1) !== 0,
    method: bytes.readUInt16LE(at + 10),
    crc32: bytes.readUInt32LE(at + 16),
    packedBytes,
    offset,
    next: nameEnd + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32),
  };
}

/** Where a file of an archive is, its header included; `end` is where the next thing may begin. */
export interface ZipExtent {
  readonly start: number;
  readonly end: number;
}

/**
 * Tells whether an archive holds files that its directory does not list: programs that read it from its start unpack them.
 *
 * What stands before the first listed file is a program that unpacks the rest, unless the archive begins with a file.
 *
 * @param read gives the bytes between two offsets
 * @param start where the directory begins
 */
export function hidesFiles(
  listed: readonly ZipExtent[],
  read: (start: number, end: number) => Buffer,
  start: number,
): boolean {
  const order = listed.toSorted((one, other) => one.start - other.start);
  let at = order[0]?.start ?? start;
  if (at > 0 && startsFile(read(0, 4))) return true;
  for (const { start: next, end } of [...order, { start, end: start }]) {
    if (next > at && holdsFile(at, next, read)) return true;
    at = Math.max(at, end);
  }
  return false;
}

/** Why an archive is not whole when its files are read by its directory. */
export const unlisted = "the archive holds files that its directory does not list";
export const moreListed = "the directory of the archive lists more files than it counts";

const fileMark = "PK\u0003\u0004";
const startsFile = (bytes: Buffer): boolean => bytes.toString("latin1", 0, 4) === fileMark;
const pieceBytes = 1024 * 1024;

function holdsFile(from: number, to: number, read: (start: number, end: number) => Buffer): boolean {
  for (let at = from; at + 4 <= to; at += pieceBytes)
    if (read(at, Math.min(to, at + pieceBytes + 3)).includes(fileMark, 0, "latin1")) return true;
  return false;
}

type ZipMethod = "stored" | "deflate" | "zstd";

/** What packs a file that can be read, by its number; undefined for the others. */
export const zipMethodOf = (method: number): ZipMethod | undefined => readable.get(method);

const readable: ReadonlyMap<number, ZipMethod> = new Map([
  [0, "stored"],
  [8, "deflate"],
  [93, "zstd"],
]);

/** Names what a file in a zip archive is packed with and is not opened for. */
export function unreadZipMethod(method: number): string {
  const name = names.get(method);
  return name === undefined
    ? "its compression method is not known"
    : `it is packed with ${name}, which is not opened`;
}

const names: ReadonlyMap<number, string> = new Map([
  [9, "Deflate64"],
  [12, "bzip2"],
  [14, "LZMA"],
  [95, "xz"],
  [98, "PPMd"],
]);

const isElsewhere = 0xffffffff;

// A number that does not fit into four bytes stands behind the name in eight (APPNOTE 4.5.3).
function readSizeAndOffset(
  bytes: Buffer,
  at: number,
  nameEnd: number,
): readonly [size: number, offset: number] {
  const [size, offset] = [bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 42)];
  if (size !== isElsewhere && offset !== isElsewhere) return [size, offset];
  let next = nameEnd;
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

// What is larger than a double can say is beyond the file in any case.
const wideNumber = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at));
