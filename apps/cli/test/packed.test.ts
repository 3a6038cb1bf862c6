import { randomBytes } from "node:crypto";
import { crc32, deflateRawSync, gzipSync, zstdCompressSync } from "node:zlib";
import { builtInProviders } from "@keywarden/key-format";
import { defaultConfig, makeSuppression } from "@keywarden/repository-config";
import { Account, scannerFor } from "@keywarden/repository-scan";
import { describeLocation } from "@keywarden/scan";
import { assertNoKey } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import type { PackedLimits } from "../src/packed/packed-walk.ts";
import { scanPacked } from "../src/packed/scan-packed.ts";
import { keys, live, restricted, test } from "./command.ts";
import { paxRecord, tarOf, writeEntry } from "@keywarden/testing";

const setup = { config: defaultConfig, baseline: null };
const scanner = scannerFor(builtInProviders);

/** Scans bytes that come in pieces of this size. */
async function scan(
  bytes: Buffer,
  {
    pieceBytes = 1000,
    limits,
    fails = false,
  }: { pieceBytes?: number; limits?: PackedLimits; fails?: boolean } = {},
) {
  const account = new Account(
    makeSuppression(setup, defaultConfig.policy, 0, () => null),
    [],
  );
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
    if (fails) throw Object.assign(new Error("EIO: i/o error, read"), { code: "EIO", syscall: "read" });
  };
  await scanPacked(
    { name: "p.tar", chunks: chunks(), nowMs: 0 },
    { scanner, account },
    limits === undefined ? {} : { limits },
  );
  const { findings, summary } = account.report("paths");
  assertNoKey(JSON.stringify({ findings, summary }), keys);
  return {
    places: findings.map(({ finding }) => describeLocation(finding).replace(/^p\.tar!?\/?/, "")),
    unread: summary.unread.map(
      ({ location, reason }) => `${location.replace(/^p\.tar!?\/?/, "")}: ${reason}`,
    ),
    files: summary.files.scanned,
  };
}

interface ZipSource {
  readonly name: string;
  readonly content: Buffer | string;
  readonly method?: number;
  readonly flags?: number;
  readonly crc?: number;
  readonly offset?: number;
}

/** Writes a zip archive (APPNOTE 4.3). */
function zipOf(files: readonly ZipSource[], comment = ""): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let at = 0;
  for (const { name, content, method = 8, flags = 0, crc = crc32(content), offset = at } of files) {
    const data =
      method === 8
        ? deflateRawSync(content)
        : method === 93
          ? zstdCompressSync(content)
          : Buffer.from(content);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(flags, 2);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(crc, 10);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(Buffer.byteLength(content), 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), fields, Buffer.from(name), data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    const made = Buffer.from([0, 0]);
    entries.push(Buffer.concat([Buffer.from("PK\u0001\u0002"), made, fields, rest, Buffer.from(name)]));
    locals.push(local);
    at += local.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(at, 12);
  end.writeUInt16LE(comment.length, 16);
  return Buffer.concat([...locals, directory, Buffer.from("PK\u0005\u0006"), end, Buffer.from(comment)]);
}

const secret = (key = live): string => `one\nAPI_KEY=${key}\n`;

describe("a packed file", () => {
  it("is read to its last file in every packing, whatever pieces it comes in", async () => {
    const tar = tarOf([
      { name: "./a/.env", content: secret() },
      { name: "big.txt", content: `${"x".repeat(3_000_000)}\n${test}\n` },
      { name: "log.gz", content: gzipSync(secret(restricted)) },
      {
        name: "nested.tar",
        content: tarOf([{ name: "in.zst", content: zstdCompressSync(secret(restricted)) }]),
      },
    ]);
    const whole = {
      places: ["a/.env:2:9", "big.txt:2:1", "log.gz:2:9", "nested.tar!/in.zst:2:9"],
      unread: [],
      files: 4,
    };
    for (const bytes of [tar, gzipSync(tar), zstdCompressSync(tar), gzipSync(zstdCompressSync(tar))]) {
      expect(await scan(bytes, { pieceBytes: 65_536 })).toEqual(whole);
    }
    const small = tarOf([{ name: "a", content: secret() }]);
    for (const bytes of [small, gzipSync(small), zstdCompressSync(small)]) {
      for (const pieceBytes of [1, 7, 511, 513]) {
        expect(await scan(bytes, { pieceBytes })).toMatchObject({ places: ["a:2:9"], unread: [] });
      }
    }
  });

  it("is read past the first of several packed streams, and not past their end", async () => {
    const tar = tarOf([
      { name: "a", content: "nothing" },
      { name: "b", content: secret() },
    ]);
    const [first, rest] = [tar.subarray(0, 700), tar.subarray(700)];
    const passed = Buffer.concat([Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0]), Buffer.from("hi")]);
    for (const bytes of [
      Buffer.concat([gzipSync(first), gzipSync(rest), Buffer.alloc(30)]),
      Buffer.concat([zstdCompressSync(first), passed, zstdCompressSync(rest), passed]),
    ]) {
      for (const pieceBytes of [3, 100, 10_000]) {
        expect(await scan(bytes, { pieceBytes })).toMatchObject({ places: ["b:2:9"], unread: [] });
      }
    }
    const { places, unread } = await scan(Buffer.concat([gzipSync(first), Buffer.from(secret(test))]));
    expect(places).toEqual([expect.stringMatching(/^:\d+:9$/)]);
    expect(unread).toContain(": bytes behind its packed stream are not opened");
  });

  it("tells a key in a name, a link, an attribute and behind the end, each once", async () => {
    const long = `${"deep/".repeat(40)}${live}`;
    const archive = Buffer.concat([
      writeEntry({ name: "pax", type: "x", content: paxRecord("path", long) }),
      writeEntry({ name: "short", content: secret(live) }),
      writeEntry({ name: "link", type: "2", link: `to-${test}` }),
      writeEntry({ name: "pax", type: "x", content: paxRecord("SCHILY.xattr.user.key", restricted) }),
      writeEntry({ name: "plain", content: "" }),
      Buffer.alloc(1024),
      Buffer.from(`behind ${restricted}`.padEnd(600)),
    ]);
    const { places, unread } = await scan(archive);
    expect(places).toHaveLength(4);
    expect(places[0]).toMatch(/sk_live_….*\(in the path itself\)$/);
    expect(places[1]).toMatch(/sk_live_….*:2:9$/);
    expect(places.slice(2)).toEqual(["link (in the link's target)", expect.stringMatching(/^:\d+:\d+$/)]);
    expect(unread).toEqual(["plain: bytes behind the archive's end are not opened"]);
  });
});

describe("a zip archive in a package", () => {
  const inZips = (depth: number, content: string): Buffer =>
    depth === 0 ? Buffer.from(content) : zipOf([{ name: `z${depth}`, content: inZips(depth - 1, content) }]);

  it("is read in whole, however large, and however often it is packed", async () => {
    const bulk = randomBytes(33 * 1024 * 1024);
    const zip = zipOf([
      { name: "a.env", content: secret() },
      { name: "stored.bin", content: bulk, method: 0 },
      { name: "deep.whl", content: inZips(5, secret(test)) },
      { name: "b.zst", content: secret(restricted), method: 93 },
    ]);
    expect(await scan(tarOf([{ name: "p.jar", content: zip }]), { pieceBytes: 65_536 })).toEqual({
      places: ["p.jar!/a.env:2:9", "p.jar!/deep.whl!/z5!/z4!/z3!/z2!/z1:2:9", "p.jar!/b.zst:2:9"],
      unread: [],
      files: 4,
    });
  });

  it("tells a key in its comment and in a name, and names what it cannot read", async () => {
    const zip = zipOf(
      [
        { name: `n-${live}.txt`, content: "x" },
        { name: "b", content: "x", method: 12 },
        { name: "l", content: "x", method: 14 },
        { name: "e", content: "x", flags: 1 },
        { name: "damaged", content: secret(), crc: 7 },
        { name: "far", content: "x", offset: 1 << 30 },
      ],
      `see ${restricted}`,
    );
    const { places, unread } = await scan(zip);
    expect(places).toEqual([
      expect.stringMatching(/^n-sk_live_….*path itself/),
      "damaged:2:9",
      expect.stringMatching(/^:\d+:\d+$/),
    ]);
    expect(unread).toEqual([
      "b: it is packed with bzip2, which is not opened",
      "l: it is packed with LZMA, which is not opened",
      "e: it is encrypted",
      "damaged: it is damaged",
      "far: it is cut off",
      ": the archive holds files that its directory does not list",
    ]);
    const few = zipOf([
      { name: "a", content: "x" },
      { name: "b", content: secret() },
    ]);
    few.writeUInt16LE(1, few.length - 12);
    expect((await scan(few)).unread).toEqual([
      ": the directory of the archive lists more files than it counts",
      ": the archive holds files that its directory does not list",
    ]);
    const cut = await scan(zip.subarray(0, zip.length >> 1));
    expect(cut.unread).toEqual([": the directory of the archive is missing"]);
  });

  it("is given up where its files lie on top of each other and come to more than it can hold", async () => {
    const one = { name: "zeros", content: Buffer.alloc(300_000) };
    const limits = { depth: 8, entries: 1000, unpackedBytes: 1e12, ratio: 10, freeBytes: 1_000_000 };
    const { unread } = await scan(zipOf(Array.from({ length: 100 }, () => ({ ...one, offset: 0 }))), {
      limits,
    });
    expect(unread).toEqual([expect.stringMatching(/^zeros: it unpacks to more than \d+ bytes$/)]);
  });
});

describe("a packed file that is not what it seems", () => {
  const file = writeEntry({ name: "a.env", content: secret() });

  it.each([
    ["is damaged", Buffer.concat([file, Buffer.alloc(600, "x")]), "a.env: the archive is damaged here"],
    ["is cut off", file.subarray(0, 572), "a.env: the archive is cut off in it"],
    [
      "holds a sparse file",
      tarOf([
        { name: "a.env", content: secret() },
        { name: "s", type: "S", content: "x", patch: { 345: Buffer.alloc(150) } },
      ]),
      "s: it is a sparse file, of which only the stored parts were scanned",
    ],
    [
      "holds a sparse file of pax",
      Buffer.concat([
        file,
        writeEntry({ name: "pax", type: "x", content: paxRecord("GNU.sparse.name", "real") }),
        writeEntry({ name: "s", content: "x" }),
      ]),
      "real: it is a sparse file, of which only the stored parts were scanned",
    ],
    [
      "states a size for a link",
      Buffer.concat([file, writeEntry({ name: "l", type: "2", link: "x", sizeBytes: 512 })]),
      "l: it is a link or a device and states a size, which programs read differently",
    ],
    [
      "states a size beyond all",
      Buffer.concat([file, writeEntry({ name: "b", patch: { 124: Buffer.alloc(12, 0xff) } })]),
      "a.env: the archive is damaged here",
    ],
    [
      "has an xz file in it",
      tarOf([
        { name: "a.env", content: secret() },
        { name: "b.xz", content: Buffer.from("\xfd7zXZ\0rest", "latin1") },
      ]),
      "b.xz: xz files are not opened",
    ],
  ])("%s: says so, and finds what is before it", async (_, bytes, problem) => {
    const { places, unread } = await scan(bytes);
    expect(unread).toEqual([problem]);
    expect(places).toEqual(["a.env:2:9"]);
  });

  it("does not unpack without end, go deeper without end, or list without end", async () => {
    const limits = { depth: 4, entries: 3, unpackedBytes: 5_000_000, ratio: 10, freeBytes: 1_000_000 };
    const bomb = tarOf([
      { name: "z.gz", content: gzipSync(Buffer.alloc(4_000_000)) },
      { name: "a", content: secret() },
    ]);
    const found = await scan(bomb, { limits });
    expect(found.places).toEqual(["a:2:9"]);
    expect(found.unread).toEqual([expect.stringMatching(/^z\.gz: it unpacks to more than \d+ bytes$/)]);
    const many = tarOf(["a", "b", "c", "d"].map((name) => ({ name, content: secret() })));
    expect((await scan(many, { limits })).unread).toEqual([": more than 3 files in one archive"]);
    let deep = Buffer.from(secret());
    for (let depth = 0; depth < 6; depth += 1) deep = gzipSync(deep);
    expect((await scan(deep, { limits })).unread).toContain(": archives deeper than 4 are not opened");
    const several = tarOf(["a", "b"].map((name) => ({ name, content: gzipSync(Buffer.alloc(999_000)) })));
    const all = await scan(several, { limits: { ...limits, unpackedBytes: 1_000_000 } });
    expect(all.unread).toEqual(["b: more than 1000000 bytes would have to be unpacked"]);
  });

  it("is a sentence wherever it is damaged or ends, behind the mark that says what it is", async () => {
    const tar = tarOf([{ name: "a", content: secret() }]);
    const whole = gzipSync(tar);
    for (let at = 3; at < whole.length; at += 1) {
      const broken = Buffer.from(whole);
      broken[at] = (broken[at] ?? 0) ^ 0x55;
      const { places, unread } = await scan(broken);
      expect([at, places.length + unread.length]).not.toEqual([at, 0]);
      expect((await scan(whole.subarray(0, at))).unread).not.toEqual([]);
    }
    for (let at = 0; at < 520; at += 3) {
      const broken = Buffer.from(tar);
      broken[at] = (broken[at] ?? 0) ^ 0x55;
      const { places } = await scan(broken);
      expect(places).not.toEqual([]);
    }
  });

  it("tells in words why the system gave no more of it, and what came before", async () => {
    const start = Buffer.concat([writeEntry({ name: "a", content: secret() }), Buffer.alloc(512, 1)]);
    const inGzip = gzipSync(Buffer.concat([start, randomBytes(100_000)])).subarray(0, 80_000);
    const why = ": it could not be read to its end: the disk or device failed";
    for (const [bytes, places] of [
      [start, ["a:2:9"]],
      [inGzip, ["a:2:9"]],
      [zstdCompressSync(Buffer.concat([start, randomBytes(300_000)])).subarray(0, 280_000), ["a:2:9"]],
      [zipOf([{ name: "a", content: secret() }]).subarray(0, 40), []],
      [Buffer.from(secret()), []],
      [Buffer.alloc(0), []],
    ] as const) {
      const found = await scan(bytes, { fails: true });
      expect(found.unread).toContain(why);
      expect(found.places).toEqual(places);
    }
  });

  it("cannot hide a deflate stream whose checksum is wrong", async () => {
    const stream = deflateRawSync(tarOf([{ name: "a", content: secret() }]));
    const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
    const { places, unread } = await scan(Buffer.concat([header, stream, Buffer.alloc(8)]));
    expect([places, unread]).toEqual([["a:2:9"], [": it is damaged"]]);
  });
});
