import { cutOff, unreadable, type Packed } from "./packed.ts";
import {
  findZipDirectory,
  hidesFiles,
  readZipEntry,
  unreadZipMethod,
  zipMethodOf,
  type ZipEntry,
  type ZipExtent,
  moreListed,
  unlisted,
} from "./zip-directory.ts";

const endRecordBytes = 22;
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
  const directory = findZipDirectory(bytes);
  if (directory === null) return [unreadable("zip", "the directory of the archive is missing")];
  const { count, start, sizeBytes, shift } = directory;
  let at = start;
  const extents: ZipExtent[] = [];
  const files: Packed[] = [];
  for (let index = 0; index < count; index += 1) {
    const entry = readZipEntry(bytes, at);
    if (entry === null) {
      files.push(unreadable("zip", "the directory of the archive is damaged"));
      break;
    }
    const path = entry.name.toString("utf8");
    const file = readEntry(bytes, entry, shift, path);
    if (!path.endsWith("/") || entry.packedBytes > 0) files.push(file);
    extents.push(extentOf(bytes, entry, shift));
    at = entry.next;
  }
  // A count can be too small: others go by the size.
  if (at < start + sizeBytes && readZipEntry(bytes, at) !== null) files.push(unreadable("zip", moreListed));
  if (hidesFiles(extents, (from, to) => bytes.subarray(from, to), start))
    files.push(unreadable("zip", unlisted));
  return files;
}

function extentOf(bytes: Buffer, { packedBytes, offset }: ZipEntry, shift: number): ZipExtent {
  const start = offset + shift;
  if (start + localHeaderBytes > bytes.length) return { start, end: start };
  const names = bytes.readUInt16LE(start + 26) + bytes.readUInt16LE(start + 28);
  return { start, end: start + localHeaderBytes + names + packedBytes };
}

function readEntry(bytes: Buffer, entry: ZipEntry, shift: number, path: string): Packed {
  const { isEncrypted, packedBytes, offset } = entry;
  const method = zipMethodOf(entry.method);
  const header = offset + shift;
  if (isEncrypted) return unreadable(path, "it is encrypted");
  if (method === undefined) return unreadable(path, unreadZipMethod(entry.method));
  if (header + localHeaderBytes > bytes.length) return unreadable(path, cutOff);
  const start = header + localHeaderBytes + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
  if (start + packedBytes > bytes.length) return unreadable(path, cutOff);
  return { path, method, problem: "", start, end: start + packedBytes };
}
