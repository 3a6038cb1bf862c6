import type { Inflate } from "./inflate.ts";
import type { Packed } from "./packed.ts";
import { listStreams } from "./streams.ts";

/** Whether these bytes start like a Zstandard file, whose first frame may be one that readers skip. */
export function isZstd(bytes: Buffer): boolean {
  const magic = bytes.length < 4 ? 0 : bytes.readUInt32LE(0);
  return magic === 0xfd2fb528 || (magic & 0xfffffff0) >>> 0 === 0x184d2a50;
}

/** Lists the frames of a Zstandard file, which may be several. */
export function readZstd(bytes: Buffer, inflate: Inflate, mostBytes: number): readonly Packed[] {
  return listStreams(bytes, {
    name: "zstd",
    method: "zstd",
    headOf: (at) => (isZstd(bytes.subarray(at, at + 4)) ? { start: at, path: null } : null),
    trailerBytes: 0,
    sizeOf: (data) => inflate(data, mostBytes, "zstd").usedBytes,
  });
}
