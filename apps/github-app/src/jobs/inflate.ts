import { inflateRawSync } from "node:zlib";
import type { Inflate } from "@keywarden/scan";

/** Decompresses with node:zlib. */
export const inflate: Inflate = (data, maxOutputLength) => {
  // The types leave out what `info` makes of the result.
  const result: unknown = inflateRawSync(data, { maxOutputLength, info: true });
  const { buffer, engine } = result as { buffer: Buffer; engine: { bytesWritten: number } };
  return { bytes: buffer, usedBytes: engine.bytesWritten };
};
