import { getBuiltinModule } from "node:process";
import type { Inflate } from "@keywarden/scan";

/** Decompresses with node:zlib, which is loaded with the first archive: a commit without one need not wait for it. */
export const inflate: Inflate = (data, maxOutputLength) => {
  const { inflateRawSync } = getBuiltinModule("node:zlib");
  // The types leave out what `info` makes of the result.
  const result: unknown = inflateRawSync(data, { maxOutputLength, info: true });
  const { buffer, engine } = result as { buffer: Buffer; engine: { bytesWritten: number } };
  return { bytes: buffer, usedBytes: engine.bytesWritten };
};
