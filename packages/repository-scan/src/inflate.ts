import { getBuiltinModule } from "node:process";
import type { Inflate } from "@keywarden/scan";

/** Decompresses with node:zlib, which is loaded with the first archive: a commit without one need not wait for it. */
export const inflate: Inflate = (data, maxOutputLength, packing) => {
  const { inflateRawSync, zstdDecompressSync } = getBuiltinModule("node:zlib");
  const unpack = packing === "zstd" ? zstdDecompressSync : inflateRawSync;
  // The types leave out what `info` makes of the result.
  const result: unknown = unpack(data, {
    maxOutputLength,
    info: true,
    chunkSize: chunkFor(data, maxOutputLength),
  });
  const { buffer, engine } = result as { buffer: Buffer; engine: { bytesWritten: number } };
  return { bytes: buffer, usedBytes: engine.bytesWritten };
};

const [leastChunk, usualRatio, mostChunk] = [16 * 1024, 4, 8 * 1024 * 1024];

/** Gives a size that most results have room in: of pieces of a few kilobytes all would be held twice. */
const chunkFor = (data: Uint8Array, mostBytes: number): number =>
  Math.max(leastChunk, Math.min(usualRatio * data.length, mostBytes, mostChunk));
