import assert from "node:assert/strict";
import { crc32, deflateRawSync, gzipSync, inflateRawSync, zstdDecompressSync } from "node:zlib";
import { builtInProviders } from "@keywarden/key-format";
import { type Inflate, makeScanner, type SkippedMember } from "@keywarden/scan";
import { makeRandom, sha256, tarOf } from "@keywarden/testing";
import { Choices } from "../choices.ts";
import type { Target } from "../target.ts";

let inflatedBytes = 0;
const inflate: Inflate = (data, maxOutputLength, packing) => {
  const unpack = packing === "zstd" ? zstdDecompressSync : inflateRawSync;
  // The types leave out what `info` makes of the result.
  const result: unknown = unpack(data, { maxOutputLength, info: true });
  const { buffer, engine } = result as { buffer: Buffer; engine: { bytesWritten: number } };
  inflatedBytes += buffer.length;
  return { bytes: buffer, usedBytes: engine.bytesWritten };
};
const scanner = makeScanner({ providers: builtInProviders, sha256, inflate });

interface Packed {
  readonly bytes: Buffer;
  readonly keys: readonly string[];
}

function makeContent(choices: Choices, depth: number): Packed {
  const kind = choices.below(depth === 0 ? 8 : 5);
  if (kind > 4) return choices.pick([makeZip, makeGzip, makeTar])(choices, depth + 1);
  if (kind === 0) return { bytes: Buffer.alloc(choices.below(3000), choices.below(256)), keys: [] };
  const body = Buffer.from(makeRandom(choices.below(65_536))(16)).toString("hex");
  const key = `${choices.pick(["sk_live_", "rk_prod_", "sk_test_"])}${body}`;
  const text = `${"x = 1;\n".repeat(choices.below(20))}k = "${key}"\n`;
  const bytes = kind === 4 ? Buffer.from(`\uFEFF${text}`, "utf16le") : Buffer.from(text);
  return { bytes, keys: [key] };
}

function makeGzip(choices: Choices, depth: number): Packed {
  const parts = Array.from({ length: 1 + choices.below(3) }, () => makeContent(choices, depth));
  return {
    bytes: Buffer.concat(parts.map(({ bytes }) => gzipSync(bytes))),
    keys: parts.flatMap(({ keys }) => keys),
  };
}

function makeTar(choices: Choices, depth: number): Packed {
  const parts = Array.from({ length: choices.below(4) }, () => makeContent(choices, depth));
  const files = parts.map(({ bytes }, index) => ({ name: `folder/${index}`, content: bytes }));
  return { bytes: tarOf(files), keys: parts.flatMap(({ keys }) => keys) };
}

function makeZip(choices: Choices, depth: number): Packed {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  const keys: string[] = [];
  const count = choices.below(4);
  let offset = 0;
  for (let index = 0; index < count; index += 1) {
    const { bytes: content, keys: inside } = makeContent(choices, depth);
    keys.push(...inside);
    const isStored = choices.oneIn(3);
    const data = isStored ? content : deflateRawSync(content);
    const name = Buffer.from(choices.pick(["a.txt", "b/.env", "é.json", "c.zip", "x".repeat(200)]));
    const fields = (size: number, signature: string): Buffer => {
      const header = Buffer.alloc(size);
      header.write(signature, "latin1");
      return header;
    };
    const local = fields(30, "PK\u0003\u0004");
    local.writeUInt16LE(isStored ? 0 : 8, 8);
    local.writeUInt32LE(crc32(content), 14);
    local.writeUInt32LE(data.length, 18);
    local.writeUInt32LE(content.length, 22);
    local.writeUInt16LE(name.length, 26);
    const entry = fields(46, "PK\u0001\u0002");
    entry.writeUInt16LE(isStored ? 0 : 8, 10);
    entry.writeUInt32LE(crc32(content), 16);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt32LE(content.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    locals.push(local, name, data);
    directory.push(entry, name);
    offset += local.length + name.length + data.length;
  }
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", "latin1");
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return { bytes: Buffer.concat([...locals, ...directory, end]), keys: count === 0 ? [] : keys };
}

export const archives: Target = {
  scripts: /packages\/scan\/src\/(?:archive|scanner|chunk)/,
  run: (input) => {
    const choices = new Choices(input);
    const damages = choices.below(4);
    const places = Array.from(
      { length: damages },
      () => [choices.below(65_536), 1 + choices.below(255)] as const,
    );
    const cut = choices.oneIn(4) ? choices.below(2000) : 0;
    const size = 1 + choices.below(3000);
    const { bytes, keys } = choices.oneIn(2) ? makeZip(choices, 0) : makeGzip(choices, 0);
    for (const [at, change] of places) bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ change;
    const archive = bytes.subarray(0, bytes.length - cut);

    inflatedBytes = 0;
    const skipped: SkippedMember[] = [];
    const matches = scanner.scanBytes(archive, (part) => skipped.push(part));
    assert.ok(inflatedBytes <= 2 * 64 * 1024 * 1024, "more is unpacked than the limit");
    for (const { start, end } of matches) assert.ok(start >= 0 && end > start && end <= archive.length);
    for (const { reason } of skipped) assert.ok(reason !== "");
    const found = matches.map(({ secret }) => secret.reveal());
    if (damages === 0 && cut === 0) {
      for (const key of keys)
        assert.ok(found.includes(key), `a key is not found; skipped: ${JSON.stringify(skipped)}`);
    }

    const skippedInChunks: SkippedMember[] = [];
    const chunks = scanner.scanChunks((part) => skippedInChunks.push(part));
    const inChunks = [];
    for (let at = 0; at < archive.length; at += size)
      inChunks.push(...chunks.push(archive.subarray(at, at + size)));
    inChunks.push(...chunks.finish());
    assert.deepEqual(
      inChunks.map(({ secret }) => secret.reveal()),
      found,
      "chunks change nothing",
    );
    assert.deepEqual(skippedInChunks, skipped, "chunks leave out nothing else");
  },
};
