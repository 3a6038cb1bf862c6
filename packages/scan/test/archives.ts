import { crc32, deflateRawSync, inflateRawSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Inflate } from "@keywarden/scan";

/** Decompresses with node:zlib, as the programs do. */
export const inflate: Inflate = (data, maxOutputLength, packing) => {
  const unpack = packing === "zstd" ? zstdDecompressSync : inflateRawSync;
  // The types leave out what `info` makes of the result.
  const result: unknown = unpack(data, { maxOutputLength, info: true });
  const { buffer, engine } = result as { buffer: Buffer; engine: { bytesWritten: number } };
  return { bytes: buffer, usedBytes: engine.bytesWritten };
};

export type Files = Readonly<Record<string, Buffer>>;

export interface ZipOptions {
  readonly method?: number;
  readonly flags?: number;
  /** Whether sizes, offsets and the count stand in eight bytes each. */
  readonly isWide?: boolean;
}

/** Writes a zip archive. */
export function zip(files: Files, { method = 8, flags = 0, isWide = false }: ZipOptions = {}): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of Object.entries(files)) {
    const data = method === 8 ? deflateRawSync(content) : method === 93 ? zstdCompressSync(content) : content;
    const name = Buffer.from(path);
    const local = Buffer.alloc(30);
    local.write("PK\u0003\u0004", "latin1");
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.write("PK\u0001\u0002", "latin1");
    entry.writeUInt16LE(flags, 8);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(crc32(content), 16);
    entry.writeUInt32LE(isWide ? 0xffffffff : data.length, 20);
    entry.writeUInt32LE(isWide ? 0xffffffff : content.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt16LE(isWide ? 28 : 0, 30);
    entry.writeUInt32LE(isWide ? 0xffffffff : offset, 42);
    const extra = Buffer.alloc(isWide ? 28 : 0);
    if (isWide) {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(24, 2);
      for (const [index, number] of [content.length, data.length, offset].entries())
        extra.writeBigUInt64LE(BigInt(number), 4 + 8 * index);
    }
    locals.push(local, name, data);
    entries.push(entry, name, extra);
    offset += local.length + name.length + data.length;
  }
  const directory = Buffer.concat(entries);
  const count = Object.keys(files).length;
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", "latin1");
  end.writeUInt16LE(isWide ? 0xffff : count, 10);
  end.writeUInt32LE(isWide ? 0xffffffff : directory.length, 12);
  end.writeUInt32LE(isWide ? 0xffffffff : offset, 16);
  if (!isWide) return Buffer.concat([...locals, directory, end]);
  const wide = Buffer.alloc(56 + 20);
  wide.write("PK\u0006\u0006", "latin1");
  for (const [index, number] of [count, directory.length, offset].entries())
    wide.writeBigUInt64LE(BigInt(number), 32 + 8 * index);
  wide.write("PK\u0006\u0007", 56, "latin1");
  wide.writeBigUInt64LE(BigInt(offset + directory.length), 64);
  return Buffer.concat([...locals, directory, wide, end]);
}

/** Writes an ar archive, as Debian packages are. */
export function ar(files: Files): Buffer {
  const parts = Object.entries(files).flatMap(([name, content]) => [
    Buffer.from(`${`${name}/`.padEnd(48)}${String(content.length).padEnd(10)}\`\n`),
    content,
    Buffer.alloc(content.length % 2, "\n"),
  ]);
  return Buffer.concat([Buffer.from("!<arch>\n"), ...parts]);
}

/** Writes a cpio archive in one of the forms whose headers are text. */
export function cpio(files: Files, form: "newc" | "odc" = "newc"): Buffer {
  const fill = (size: number): Buffer => Buffer.alloc(form === "newc" ? (4 - (size % 4)) % 4 : 0);
  const write = (path: string, content: Buffer, mode: number): Buffer => {
    const name = Buffer.from(`${path}\0`);
    const [digits, radix] = form === "newc" ? [8, 16] : [6, 8];
    const field = (value: number, size = digits): string => value.toString(radix).padStart(size, "0");
    const head =
      form === "newc"
        ? `070701${field(1)}${field(mode)}${field(0).repeat(4)}${field(content.length)}${field(0).repeat(4)}${field(name.length)}${field(0)}`
        : `070707${field(0)}${field(1)}${field(mode)}${field(0).repeat(4)}${field(0, 11)}${field(name.length)}${field(content.length, 11)}`;
    const header = Buffer.concat([Buffer.from(head), name]);
    return Buffer.concat([header, fill(header.length), content, fill(content.length)]);
  };
  const written = Object.entries(files).map(([path, content]) => write(path, content, 0o100644));
  return Buffer.concat([...written, write("TRAILER!!!", Buffer.alloc(0), 0), Buffer.alloc(64)]);
}

/** Writes what an RPM package is: a lead, two headers, and what it holds. */
export function rpm(payload: Buffer): Buffer {
  const lead = Buffer.alloc(96);
  lead.writeUInt32BE(0xedabeedb);
  const header = (entries: number, size: number): Buffer => {
    const bytes = Buffer.alloc(16 + 16 * entries + size);
    bytes.writeUInt32BE(0x8eade801);
    bytes.writeUInt32BE(entries, 8);
    bytes.writeUInt32BE(size, 12);
    return bytes;
  };
  return Buffer.concat([lead, header(1, 21), Buffer.alloc(3), header(2, 10), payload]);
}
