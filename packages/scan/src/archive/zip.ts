import { cutOff, unreadable, type Packed } from "./packed.ts";
import {
  findZipDirectory,
  readZipEntry,
  unreadZipMethod,
  zipMethodOf,
  type ZipEntry,
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
  const { count, start, shift } = directory;
  let at = start;
  const files: Packed[] = [];
  for (let index = 0; index < count; index += 1) {
    const entry = readZipEntry(bytes, at);
    if (entry === null) {
      files.push(unreadable("zip", "the directory of the archive is damaged"));
      break;
    }
    const path = entry.name.toString("utf8");
    if (!path.endsWith("/")) files.push(readEntry(bytes, entry, shift, path));
    at = entry.next;
  }
  return files;
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
