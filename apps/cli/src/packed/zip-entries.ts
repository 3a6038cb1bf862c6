import { crc32, createInflateRaw, createZstdDecompress } from "node:zlib";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  findZipDirectory,
  hidesFiles,
  moreListed,
  readZipEntry,
  unlisted,
  unreadZipMethod,
  zipEndBytes,
  zipMethodOf,
  type ZipEntry,
  type ZipExtent,
} from "@keywarden/scan";
import type { SeekableBytes } from "./random-bytes.ts";

/** A file of a zip archive, or what of it cannot be read. */
export type ZipFile = { readonly name: Buffer } & (
  | { readonly problem: string }
  /** What stands in it, as it comes. @throws Error whose message is a sentence fragment where it is damaged */
  | { readonly content: AsyncIterable<Buffer>; readonly packedBytes: number }
);

const nameless = Buffer.alloc(0);
const localHeaderBytes = 30;
const pieceBytes = 256 * 1024;
/** A directory of millions of files. */
const longestDirectoryBytes = 512 * 1024 * 1024;

/** Reads a zip archive of any size by its directory; what is wrong with the archive has an empty name. */
export function* readZipFiles(bytes: SeekableBytes): Generator<ZipFile, void, undefined> {
  const base = Math.max(0, bytes.sizeBytes - zipEndBytes);
  const found = findZipDirectory(bytes.read(base, zipEndBytes), base);
  if (found === null) {
    yield { name: nameless, problem: "the directory of the archive is missing" };
    return;
  }
  if (found.sizeBytes > longestDirectoryBytes) {
    yield { name: nameless, problem: "the directory of the archive is too large to be read" };
    return;
  }
  const directory = bytes.read(found.start, found.sizeBytes);
  let at = 0;
  const extents: ZipExtent[] = [];
  for (let index = 0; index < found.count; index += 1) {
    const entry = readZipEntry(directory, at);
    if (entry === null) {
      yield { name: nameless, problem: "the directory of the archive is damaged" };
      return;
    }
    at = entry.next;
    extents.push(extentOf(bytes, entry, entry.offset + found.shift));
    const isFolder = entry.name.at(-1) === 0x2f && entry.packedBytes === 0;
    if (!isFolder) yield fileOf(bytes, entry, entry.offset + found.shift);
  }
  if (readZipEntry(directory, at) !== null) yield { name: nameless, problem: moreListed };
  if (hidesFiles(extents, (start, end) => bytes.read(start, end - start), found.start))
    yield { name: nameless, problem: unlisted };
}

function extentOf(bytes: SeekableBytes, { packedBytes }: ZipEntry, start: number): ZipExtent {
  const local = bytes.read(start, localHeaderBytes);
  if (local.length < localHeaderBytes) return { start, end: start };
  return {
    start,
    end: start + localHeaderBytes + local.readUInt16LE(26) + local.readUInt16LE(28) + packedBytes,
  };
}

function fileOf(bytes: SeekableBytes, entry: ZipEntry, header: number): ZipFile {
  const { name, method, packedBytes } = entry;
  if (entry.isEncrypted) return { name, problem: "it is encrypted" };
  if (zipMethodOf(method) === undefined) return { name, problem: unreadZipMethod(method) };
  const local = bytes.read(header, localHeaderBytes);
  if (local.length < localHeaderBytes || local.readUInt32LE(0) !== 0x04034b50)
    return { name, problem: cutOff };
  const start = header + localHeaderBytes + local.readUInt16LE(26) + local.readUInt16LE(28);
  if (start + packedBytes > bytes.sizeBytes) return { name, problem: cutOff };
  return { name, packedBytes, content: checked(unpacked(bytes, start, entry), entry.crc32) };
}

const cutOff = "it is cut off";

async function* checked(
  chunks: AsyncIterable<Buffer>,
  expected: number,
): AsyncGenerator<Buffer, void, undefined> {
  let sum = 0;
  for await (const chunk of chunks) {
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (sum !== expected) throw new Error("it is damaged");
}

function* stored(bytes: SeekableBytes, start: number, size: number): Generator<Buffer, void, undefined> {
  for (let at = 0; at < size; at += pieceBytes) yield bytes.read(start + at, Math.min(pieceBytes, size - at));
}

async function* unpacked(
  bytes: SeekableBytes,
  start: number,
  { method, packedBytes }: ZipEntry,
): AsyncGenerator<Buffer, void, undefined> {
  const pieces = stored(bytes, start, packedBytes);
  const packing = zipMethodOf(method);
  if (packing === "stored") {
    yield* pieces;
    return;
  }
  const stream = packing === "deflate" ? createInflateRaw() : createZstdDecompress();
  const feeding = pipeline(Readable.from(pieces), stream).catch(() => {});
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    throw new Error("it is damaged", { cause: error });
  } finally {
    stream.destroy();
    await feeding;
  }
}
