import { constants, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { builtInProviders } from "@keywarden/key-format";
import { makeScanner } from "@keywarden/scan";
import { paxRecord, sha256, tarOf } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { ar, cpio, inflate, rpm, zip } from "./archives.ts";
import { aforoKey } from "./keys.ts";
import { scanBySize } from "./scan-by-size.ts";

const { whole, inChunks } = scanBySize(makeScanner({ providers: builtInProviders, sha256, inflate }));
const key = aforoKey(7);
// Long enough that packing makes it shorter.
const text = Buffer.from(`one\ntwo key="${key}"\n${"# a line\n".repeat(40)}`);

type Hold = (content: Buffer) => Buffer;

/** How a file is held by another that is opened, and what it is called in there. */
const holders: Readonly<Record<string, readonly [Hold, string]>> = {
  gzip: [(content) => gzipSync(content), "gzip"],
  "zlib, level 1": [(content) => deflateSync(content, { level: 1 }), "zlib"],
  "zlib, level 3": [(content) => deflateSync(content, { level: 3 }), "zlib"],
  "zlib, level 6": [(content) => deflateSync(content), "zlib"],
  "zlib, level 9": [(content) => deflateSync(content, { level: 9 }), "zlib"],
  "zlib, not compressed": [(content) => deflateSync(content, { level: constants.Z_NO_COMPRESSION }), "zlib"],
  Zstandard: [(content) => zstdCompressSync(content), "zstd"],
  "Zstandard behind a frame to skip": [
    (content) => Buffer.concat([Buffer.from("502a4d180400000061626364", "hex"), zstdCompressSync(content)]),
    "zstd-2",
  ],
  zip: [(content) => zip({ "a/f": content }), "a/f"],
  "zip, stored": [(content) => zip({ "a/f": content }, { method: 0 }), "a/f"],
  "zip with Zstandard": [(content) => zip({ "a/f": content }, { method: 93 }), "a/f"],
  "zip, 64 bits": [(content) => zip({ "a/f": content }, { isWide: true }), "a/f"],
  "zip behind a program": [
    (content) => Buffer.concat([Buffer.from("#!/usr/bin/env python3\n"), zip({ "a/f": content })]),
    "a/f",
  ],
  tar: [(content) => tarOf([{ name: "./a/f", content }]), "a/f"],
  "tar with pax headers": [
    (content) =>
      tarOf([
        { name: "x", type: "x", content: paxRecord("path", "a/f") },
        { name: "cut", content },
      ]),
    "a/f",
  ],
  "tar with GNU names": [
    (content) =>
      tarOf([
        { name: "././@LongLink", type: "L", content: "a/f\0" },
        { name: "cut", content },
      ]),
    "a/f",
  ],
  "tar of the oldest form": [
    (content) => tarOf([{ name: "a/f", content, type: "\0", patch: { 257: Buffer.alloc(8) } }]),
    "a/f",
  ],
  "tar after tar": [
    (content) => Buffer.concat([tarOf([{ name: "first", content: "x" }]), tarOf([{ name: "a/f", content }])]),
    "a/f",
  ],
  ar: [(content) => ar({ "debian-binary": Buffer.from("2.0\n"), f: content }), "f"],
  "cpio, newc": [(content) => cpio({ "a/f": content }), "a/f"],
  "cpio, odc": [(content) => cpio({ "a/f": content }, "odc"), "a/f"],
  "an RPM package": [(content) => rpm(gzipSync(content)), "payload!/gzip"],
};

describe("a key in a file that holds others", () => {
  it.each(Object.entries(holders))("is found in %s, once, at its place inside", (_, [hold, member]) => {
    const bytes = hold(text);
    for (const { matches, skipped } of [whole(bytes), inChunks(bytes, 700)]) {
      expect(matches).toMatchObject([{ member, line: 2, column: 10, fingerprint: sha256(key) }]);
      expect(skipped).toEqual([]);
    }
  });

  it.each(Object.entries(holders))("is found in everything that %s can hold", (outer, [hold, member]) => {
    for (const [inner, [holdInner, innerMember]] of Object.entries(holders)) {
      const bytes = hold(holdInner(text));
      const { matches, skipped } = whole(bytes);
      expect([outer, inner, matches.map((match) => [match.member, match.line])]).toEqual([
        outer,
        inner,
        [[`${member}!/${innerMember}`, 2]],
      ]);
      expect(inChunks(bytes, 1500)).toEqual({ matches, skipped });
    }
  });

  it("is found or told of however deep it is", () => {
    for (const [name, [hold]] of Object.entries(holders)) {
      let bytes: Buffer = text;
      for (let depth = 1; depth < 12; depth += 1) {
        bytes = hold(bytes);
        const { matches, skipped } = whole(bytes);
        const told = skipped.map(({ reason }) => reason.replace(/\d/, "N")).join();
        const isFound = matches.length === 1 && told === "";
        const isTold = told === "archives deeper than N are not opened" && matches.length < 2;
        expect([name, depth, isFound || isTold, told]).toEqual([name, depth, true, told]);
      }
    }
  });
});

describe("a damaged tar archive", () => {
  it("tells where it is damaged or cut off, and finds what stands before", () => {
    const bytes = tarOf([
      { name: "a.gz", content: gzipSync(text) },
      { name: "b.gz", content: gzipSync(text) },
    ]);
    for (const scan of [whole, (some: Buffer) => inChunks(some, 300)]) {
      const cut = scan(bytes.subarray(0, 1600));
      expect([cut.matches.length, cut.skipped]).toEqual([
        1,
        [
          { path: "b.gz!/gzip", reason: "it is damaged" },
          { path: "b.gz", reason: "the archive is cut off" },
        ],
      ]);
      const damaged = Buffer.from(bytes);
      damaged.fill(0x41, 1024, 1100);
      const { matches, skipped } = scan(damaged);
      expect([matches.length, skipped]).toEqual([1, [{ path: "", reason: "the archive is damaged here" }]]);
    }
  });
});

it("tells of what follows a thousand streams of one gzip file", () => {
  const streams = Buffer.concat([...Array.from({ length: 1000 }, () => gzipSync("x")), gzipSync(text)]);
  expect(whole(streams)).toMatchObject({
    matches: [],
    skipped: [{ reason: "more than 1000 streams in one file" }],
  });
});
