import { crc32, deflateRawSync, gzipSync, inflateRawSync } from "node:zlib";
import { builtInProviders } from "@keywarden/key-format";
import { makeScanner } from "@keywarden/scan";
import type { Inflate, SkippedMember } from "@keywarden/scan";
import { sha256 } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { aforoKey } from "./keys.ts";

const inflate: Inflate = (data, maxOutputLength) => {
  // The types leave out what `info` makes of the result.
  const result: unknown = inflateRawSync(data, { maxOutputLength, info: true });
  const { buffer, engine } = result as { buffer: Buffer; engine: { bytesWritten: number } };
  return { bytes: buffer, usedBytes: engine.bytesWritten };
};
const scanner = makeScanner({ providers: builtInProviders, sha256, inflate });
const key = aforoKey(7);
const text = Buffer.from(`one\ntwo key="${key}"\n`);

function zip(files: Readonly<Record<string, Buffer>>, { method = 8, flags = 0 } = {}): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of Object.entries(files)) {
    const data = method === 8 ? deflateRawSync(content) : content;
    const name = Buffer.from(path);
    const local = Buffer.alloc(30);
    local.write("PK\u0003\u0004", "latin1");
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.write("PK\u0001\u0002", "latin1");
    entry.writeUInt16LE(flags, 8);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(crc32(content), 16);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt32LE(content.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    locals.push(local, name, data);
    entries.push(entry, name);
    offset += local.length + name.length + data.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", "latin1");
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

function scan(bytes: Buffer) {
  const skipped: SkippedMember[] = [];
  const matches = scanner.scanBytes(bytes, (part) => skipped.push(part));
  return { matches, skipped };
}

describe("keys in packed files", () => {
  it("are found in gzip, with the line and column of the content", () => {
    const { matches, skipped } = scan(gzipSync(text));
    expect(matches).toMatchObject([{ fingerprint: sha256(key), member: "gzip", line: 2, column: 10 }]);
    expect(skipped).toEqual([]);
  });

  it("are found in every stream of a gzip file that has several", () => {
    const other = aforoKey(8);
    const { matches } = scan(Buffer.concat([gzipSync(text), gzipSync(`x=${other}`)]));
    expect(matches.map(({ secret }) => secret.reveal())).toEqual([key, other]);
  });

  it("are found in zip, deflated, and only once when stored", () => {
    const packed = zip({ "a.txt": Buffer.from("nothing"), "b/.env": text });
    const [match] = scan(packed).matches;
    expect(match).toMatchObject({ member: "b/.env", fingerprint: sha256(key) });
    expect(match?.reason).toContain("in the packed b/.env: fits the format of Aforo");
    expect(match?.start).toBeGreaterThan(30);
    expect(match?.end).toBeLessThan(packed.length);
    const stored = scan(zip({ "b/.env": text }, { method: 0 })).matches;
    expect(stored).toHaveLength(1);
  });

  it("are found in an archive inside an archive, and no deeper, which is told", () => {
    const twice = zip({ "in.zip": zip({ "b/.env": text }) });
    expect(scan(twice).matches).toMatchObject([{ member: "in.zip!/b/.env" }]);
    const { matches, skipped } = scan(gzipSync(twice));
    expect(matches).toEqual([]);
    expect(skipped).toMatchObject([{ path: "gzip!/in.zip" }]);
  });

  it("are named by the file in a tar archive that is packed, and found once", () => {
    const tarBlock = (name: string, content: Buffer, type = "0"): Buffer => {
      const header = Buffer.alloc(512);
      header.write(name, "latin1");
      header.write(content.length.toString(8).padStart(11, "0"), 124, "latin1");
      header.write(type, 156, "latin1");
      header.write("ustar\0", 257, "latin1");
      return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
    };
    const long = `${"deep/".repeat(30)}prod.env`;
    const tar = Buffer.concat([
      tarBlock("a/.env", text),
      tarBlock("././@LongLink", Buffer.from(`${long}\0`), "L"),
      tarBlock(long.slice(0, 99), Buffer.from(`k=${aforoKey(9)}`)),
      tarBlock("pax", Buffer.from("19 path=b/pax.env\n"), "x"),
      tarBlock("c", gzipSync(`k=${aforoKey(10)}`)),
      Buffer.alloc(1024),
    ]);
    const named = gzipSync(tar);
    expect(scan(named).matches.map(({ member, line }) => [member, line])).toEqual([
      ["gzip!/a/.env", 2],
      [`gzip!/${long}`, 1],
      ["gzip!/b/pax.env!/gzip", 1],
    ]);
    for (let size = 500; size < tar.length; size += 37)
      expect(scan(gzipSync(tar.subarray(0, size))).matches.length).toBeLessThanOrEqual(3);
  });

  it("are named by the file that gzip has packed", () => {
    const packed = gzipSync(text);
    const withName = Buffer.concat([
      packed.subarray(0, 3),
      Buffer.from([8]),
      packed.subarray(4, 10),
      Buffer.from("folder/app.log\0"),
      packed.subarray(10),
    ]);
    expect(scan(withName).matches).toMatchObject([{ member: "app.log", line: 2 }]);
  });

  it("are found once in an archive that is stored inside an archive", () => {
    const twice = zip({ "in.zip": zip({ "b/.env": text }, { method: 0 }) }, { method: 0 });
    expect(scan(twice).matches).toMatchObject([{ member: "in.zip!/b/.env" }]);
  });

  it("are not reached past a bomb, an encryption or damage, and each is told", () => {
    const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024));
    expect(scan(bomb).skipped).toMatchObject([{ path: "gzip" }]);
    expect(scan(zip({ a: text }, { flags: 1 })).skipped).toEqual([{ path: "a", reason: "it is encrypted" }]);
    expect(scan(zip({ a: text }, { method: 99 })).skipped).toHaveLength(1);
    const whole = zip({ a: text });
    for (let size = 0; size < whole.length; size += 1)
      expect(() => scan(whole.subarray(0, size))).not.toThrow();
    for (let at = 0; at < whole.length; at += 1) {
      const broken = Buffer.from(whole);
      broken[at] = (broken[at] ?? 0) ^ 0xff;
      expect(() => scan(broken)).not.toThrow();
    }
  });

  it("stay where they are without an inflate function", () => {
    expect(makeScanner({ providers: builtInProviders, sha256 }).scanBytes(gzipSync(text))).toEqual([]);
  });
});
