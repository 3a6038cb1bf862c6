import { getBuiltinModule } from "node:process";
import type { Inflate } from "@keywarden/scan";

/** Decompresses with node:zlib, which is loaded with the first archive: a commit without one need not wait for it. */
export const inflate: Inflate = (data, maxOutputLength, packing) => {
  const { inflateRawSync, zstdDecompressSync } = getBuiltinModule("node:zlib");
  const unpack = packing === "zstd" ? zstdDecompressSync : inflateRawSync;
  // The types leave out what `info` makes of the result.
  const result: unknown = unpack(data, { maxOutputLength, info: true });
  const { buffer, engine } = result as { buffer: Buffer; engine: { bytesWritten: number } };
  return { bytes: buffer, usedBytes: engine.bytesWritten };
};
