import { gzipSync } from "node:zlib";
import { builtInProviders } from "@keywarden/key-format";
import { makeScanner } from "@keywarden/scan";
import type { SkippedMember } from "@keywarden/scan";
import { paxRecord, sha256, writeEntry } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { inflate, zip } from "./archives.ts";
import { aforoKey } from "./keys.ts";

const scanner = makeScanner({ providers: builtInProviders, sha256, inflate });
const key = aforoKey(7);
const text = Buffer.from(`one\ntwo key="${key}"\n`);

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

  it("are found in gzip while its stream is unpacked once", () => {
    let count = 0;
    const counting: typeof inflate = (...asked) => {
      count += 1;
      return inflate(...asked);
    };
    const own = makeScanner({ providers: builtInProviders, sha256, inflate: counting });
    expect([own.scanBytes(gzipSync(text)).length, count]).toEqual([1, 1]);
    // The same bytes in memory may be another file's by then.
    expect([own.scanBytes(gzipSync(text)).length, count]).toEqual([1, 2]);
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

  it("are not passed over where the directory of a zip archive leaves a file out", () => {
    const whole = zip({ "b/.env": text });
    const hidden = whole.subarray(0, whole.lastIndexOf("PK\u0001\u0002"));
    const why = "the archive holds files that its directory does not list";
    const before = Buffer.concat([hidden, zip({ "a.txt": Buffer.from("x") })]);
    expect(scan(before).skipped).toEqual([expect.objectContaining({ path: "zip", reason: why })]);
    const between = zip({ "a.txt": Buffer.from("x"), "b.txt": Buffer.from("y"), "c.txt": Buffer.from("z") });
    // What is listed second has the place of the first.
    const second = between.indexOf("b.txt", between.indexOf("PK\u0001\u0002"));
    between.writeUInt32LE(0, second - 4);
    expect(scan(between).skipped).toEqual([expect.objectContaining({ path: "zip", reason: why })]);
    const program = Buffer.concat([Buffer.from("#!/bin/sh\n# PK\u0003\u0004\n"), whole]);
    expect(scan(program)).toMatchObject({ matches: [{ member: "b/.env" }], skipped: [] });
  });

  it("are not passed over where a zip archive counts fewer files than it lists", () => {
    const few = zip({ "a.txt": Buffer.from("x"), "b/.env": text });
    few.writeUInt16LE(1, few.length - 12);
    expect(scan(few).skipped).toMatchObject([
      { reason: "the directory of the archive lists more files than it counts" },
      { reason: "the archive holds files that its directory does not list" },
    ]);
  });

  it("are found in what a zip archive calls a folder", () => {
    expect(scan(zip({ "b/": text })).matches).toMatchObject([{ member: "b/" }]);
  });

  it("are found in an archive inside an archive, and no deeper, which is told", () => {
    const twice = zip({ "in.zip": zip({ "b/.env": text }) });
    expect(scan(twice).matches).toMatchObject([{ member: "in.zip!/b/.env" }]);
    const { matches, skipped } = scan(gzipSync(twice));
    expect(matches).toEqual([]);
    expect(skipped).toMatchObject([{ path: "gzip!/in.zip" }]);
  });

  it("are named by the file in a tar archive that is packed, and found once", () => {
    const tarBlock = (name: string, content: Buffer, type = "0"): Buffer =>
      writeEntry({ name, content, type });
    const long = `${"deep/".repeat(30)}prod.env`;
    const tar = Buffer.concat([
      tarBlock("a/.env", text),
      tarBlock("././@LongLink", Buffer.from(`${long}\0`), "L"),
      tarBlock(long.slice(0, 99), Buffer.from(`k=${aforoKey(9)}`)),
      tarBlock("pax", Buffer.from(paxRecord("path", "b/pax.env")), "x"),
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
