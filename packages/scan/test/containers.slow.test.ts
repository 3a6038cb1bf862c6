import { gzipSync, zstdCompressSync } from "node:zlib";
import { builtInProviders } from "@keywarden/key-format";
import { makeScanner } from "@keywarden/scan";
import { sha256, tarOf, writeEntry } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { inflate, zip } from "./archives.ts";
import { aforoKey } from "./keys.ts";
import { scanBySize } from "./scan-by-size.ts";

const { whole, inChunks } = scanBySize(makeScanner({ providers: builtInProviders, sha256, inflate }));
const key = aforoKey(7);
// Long enough that packing makes it shorter.
const text = Buffer.from(`one\ntwo key="${key}"\n${"# a line\n".repeat(40)}`);

describe("a large tar archive", () => {
  const noise = Buffer.alloc(3 * 1024 * 1024, "no key here\n");

  it("is read as it passes, whatever its size and its pieces", () => {
    const entries = Array.from({ length: 11 }, (_, index) =>
      writeEntry({ name: `noise/${index}`, content: noise }),
    );
    const inner = tarOf([
      { name: "deep.zst", content: zstdCompressSync(text) },
      { name: "noise", content: noise },
    ]);
    const bytes = Buffer.concat([
      ...entries,
      tarOf([
        { name: "a.gz", content: gzipSync(text) },
        { name: ".env", content: text },
        { name: "inner.tar", content: inner },
        { name: "old.xz", content: Buffer.from("fd377a585a000004", "hex") },
        { name: "picture.zip", content: zip({ "big.txt": noise, "b/.env": text }, { method: 0 }) },
      ]),
    ]);
    expect(bytes.length).toBeGreaterThan(32 * 1024 * 1024);
    const places = ["a.gz!/gzip", ".env", "inner.tar!/deep.zst!/zstd", "picture.zip!/b/.env"];
    for (const sizeBytes of [65_536, 4_000_001]) {
      const { matches, skipped } = inChunks(bytes, sizeBytes);
      expect(matches.map(({ member, line }) => [member, line])).toEqual(places.map((place) => [place, 2]));
      expect(skipped).toEqual([{ path: "old.xz", reason: "xz files are not opened" }]);
    }
  });
});

it("tells of what follows ten thousand files, once", () => {
  const files = Array.from({ length: 10_001 }, (_, index) => ({ name: String(index), content: "x" }));
  const bytes = tarOf([...files, { name: "last.gz", content: gzipSync(text) }]);
  const skipped = [{ path: "", reason: "more than 10000 files in one archive" }];
  expect(whole(bytes)).toEqual({ matches: [], skipped });
  expect(inChunks(bytes, 100_000)).toEqual({ matches: [], skipped });
});
