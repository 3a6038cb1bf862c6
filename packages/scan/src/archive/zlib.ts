import type { Inflate } from "./inflate.ts";
import type { Packed } from "./packed.ts";
import { behindStream } from "./streams.ts";

const headerBytes = 2;
const checksumBytes = 4;

// Of the four groups of levels. The second is `x^`, with which a text may begin as well.
const levels = new Set([0x01, 0x5e, 0x9c, 0xda]);

/** Whether these bytes start like a zlib stream (RFC 1950). */
export function isZlib(bytes: Buffer): boolean {
  return bytes[0] === 0x78 && levels.has(bytes[1] ?? 0);
}

/** Gives the one stream of a zlib file; `null` if the bytes are none, as a text may well begin alike. */
export function readZlib(bytes: Buffer, inflate: Inflate, mostBytes: number): readonly Packed[] | null {
  const stream: Packed = {
    path: "zlib",
    method: "deflate",
    problem: "",
    start: headerBytes,
    end: bytes.length,
  };
  try {
    const { usedBytes } = inflate(bytes.subarray(headerBytes), mostBytes, "deflate");
    return [stream, ...behindStream(bytes, headerBytes + usedBytes + checksumBytes)];
  } catch (error) {
    // What unpacks to too much is a stream, and is named as too large where it is read.
    return error instanceof RangeError ? [stream] : null;
  }
}
