import type { Packed } from "./packed.ts";

const endRecordBytes = 22;
const longestComment = 0xffff;
const directoryEntryBytes = 46;
const localHeaderBytes = 30;

/** Whether these bytes start like a zip archive with a file in it. */
export function isZip(bytes: Buffer): boolean {
  return bytes.length >= 4 && bytes.readUInt32LE(0) === 0x04034b50;
}

/** Lists the files of a zip archive by its central directory (APPNOTE 4.3.12); `null` if the bytes are not a zip archive. */
export function readZip(bytes: Buffer): readonly Packed[] | null {
  if (!isZip(bytes)) return null;
  const end = bytes.lastIndexOf("PK\u0005\u0006");
  if (
    end === -1 ||
    end + endRecordBytes > bytes.length ||
    end < bytes.length - endRecordBytes - longestComment
  ) {
    return [unreadable("zip", "the directory of the archive is missing")];
  }
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  const files: Packed[] = [];
  for (let index = 0; index < count; index += 1) {
    if (at + directoryEntryBytes > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50) {
      files.push(unreadable("zip", "the directory of the archive is damaged"));
      break;
    }
    const nameSize = bytes.readUInt16LE(at + 28);
    const path = bytes.toString("utf8", at + directoryEntryBytes, at + directoryEntryBytes + nameSize);
    if (!path.endsWith("/")) files.push(readEntry(bytes, at, path));
    at += directoryEntryBytes + nameSize + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return files;
}

const methods: ReadonlyMap<number, "stored" | "deflate"> = new Map([
  [0, "stored"],
  [8, "deflate"],
]);

function readEntry(bytes: Buffer, at: number, path: string): Packed {
  const isEncrypted = (bytes.readUInt16LE(at + 8) & 1) !== 0;
  const method = methods.get(bytes.readUInt16LE(at + 10));
  const size = bytes.readUInt32LE(at + 20);
  const header = bytes.readUInt32LE(at + 42);
  if (isEncrypted) return unreadable(path, "it is encrypted");
  if (method === undefined) return unreadable(path, "its compression method is not known");
  if (header + localHeaderBytes > bytes.length) return unreadable(path, "the archive is cut off");
  const start = header + localHeaderBytes + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
  if (start + size > bytes.length) return unreadable(path, "the archive is cut off");
  return { path, method, problem: "", start, end: start + size };
}

function unreadable(path: string, problem: string): Packed {
  return { path, method: null, problem, start: 0, end: 0 };
}
