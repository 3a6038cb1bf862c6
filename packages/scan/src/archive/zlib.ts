import type { Inflate } from "./inflate.ts";
import type { Packed } from "./packed.ts";

const headerBytes = 2;

// Of the four levels; the remaining one is `x^`, with which many texts begin.
const levels = new Set([0x01, 0x9c, 0xda]);

/** Whether these bytes start like a zlib stream (RFC 1950). */
export function isZlib(bytes: Buffer): boolean {
  return bytes[0] === 0x78 && levels.has(bytes[1] ?? 0);
}

/** Gives the one stream of a zlib file; `null` if the bytes are none, as a text may well begin alike. */
export function readZlib(bytes: Buffer, inflate: Inflate, mostBytes: number): readonly Packed[] | null {
  if (!isZlib(bytes)) return null;
  try {
    inflate(bytes.subarray(headerBytes), mostBytes);
  } catch (error) {
    // What unpacks to too much is a stream, and is named as too large where it is read.
    if (!(error instanceof RangeError)) return null;
  }
  return [{ path: "zlib", method: "deflate", problem: "", start: headerBytes, end: bytes.length }];
}
