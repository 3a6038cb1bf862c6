import type { Inflate } from "./inflate.ts";
import type { Packed } from "./packed.ts";
import { listStreams } from "./streams.ts";

/** Whether these bytes start like a gzip file. */
export function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
}

/** Lists the streams of a gzip file (RFC 1952), which may be several; `null` if the bytes are not gzip. */
export function readGzip(bytes: Buffer, inflate: Inflate, mostBytes: number): readonly Packed[] | null {
  const streams = listStreams(bytes, {
    name: "gzip",
    method: "deflate",
    headOf: (at) => {
      const start = headerEnd(bytes, at);
      return start === -1 ? null : { start, path: nameOf(bytes, at) };
    },
    trailerBytes: 8,
    sizeOf: (data) => inflate(data, mostBytes, "deflate").usedBytes,
  });
  return streams.length === 0 ? null : streams;
}

// Without folders, as programs take it when they unpack.
function nameOf(bytes: Buffer, start: number): string | null {
  const flags = bytes[start + 3] ?? 0;
  if ((flags & 8) === 0) return null;
  const extra = (flags & 4) === 0 ? 0 : 2 + (bytes[start + 10] ?? 0) + 256 * (bytes[start + 11] ?? 0);
  const from = start + 10 + extra;
  const name = bytes.toString("utf8", from, Math.max(from, bytes.indexOf(0, from))).replace(/^.*[/\\]/, "");
  return name === "" ? null : name;
}

function headerEnd(bytes: Buffer, start: number): number {
  if (!isGzip(bytes.subarray(start, start + 3))) return -1;
  const flags = bytes[start + 3] ?? 0;
  let at = start + 10;
  if ((flags & 4) !== 0) at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue;
    const zero = bytes.indexOf(0, at);
    if (zero === -1) return -1;
    at = zero + 1;
  }
  if ((flags & 2) !== 0) at += 2;
  return at < bytes.length ? at : -1;
}
