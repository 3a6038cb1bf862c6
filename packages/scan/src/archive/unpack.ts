import { readGzip } from "./gzip.ts";
import type { Inflate } from "./inflate.ts";
import { readZip } from "./zip.ts";

/** A file inside an archive. */
export interface Member {
  /** Its path in the archive; archives in archives are parted by `!/`. */
  readonly path: string;
  readonly bytes: Buffer;
  /** Where its compressed form stands in the outermost archive. */
  readonly start: number;
  readonly end: number;
}

/** A part of an archive that was not looked into. */
export interface SkippedMember {
  readonly path: string;
  readonly reason: string;
}

/** What may be unpacked of one file, so that no archive can exhaust memory or time. */
const limits = {
  /** Archives in archives. */
  depth: 2,
  /** Of everything in the file together. */
  bytes: 64 * 1024 * 1024,
  members: 10_000,
  /** Unpacked size by packed size, from `freeBytes` on. */
  ratio: 200,
  freeBytes: 1024 * 1024,
} as const;

/** One compressed stream or stored file, as the directory of an archive describes it. */
export interface Packed {
  readonly path: string;
  /** `null` where the directory says why it cannot be read. */
  readonly method: "deflate" | "stored" | null;
  readonly problem: string;
  readonly start: number;
  readonly end: number;
}

export interface Unpacked {
  readonly members: readonly Member[];
  readonly skipped: readonly SkippedMember[];
}

/** Unpacks a gzip or zip file within the limits, and says what it left out; other bytes have no members. Never throws. */
export function unpack(bytes: Buffer, inflate: Inflate): Unpacked {
  const members: Member[] = [];
  const skipped: SkippedMember[] = [];
  let left: number = limits.bytes;

  const open = (archive: Buffer, inside: string, depth: number, outer: Member | null): void => {
    const packed =
      readZip(archive) ?? readGzip(archive, inflate, Math.min(left, mostBytesFor(archive.length)));
    if (packed === null) return;
    if (depth > limits.depth) {
      skipped.push({ path: inside, reason: `archives deeper than ${limits.depth} are not opened` });
      return;
    }
    for (const entry of packed) {
      const path = inside === "" ? entry.path : `${inside}!/${entry.path}`;
      const content = members.length >= limits.members ? tooMany : contentOf(archive, entry, inflate, left);
      if (typeof content === "string") {
        skipped.push({ path, reason: content });
        continue;
      }
      left -= content.length;
      const place = outer ?? entry;
      const member = { path, bytes: content, start: place.start, end: place.end };
      members.push(member);
      open(content, path, depth + 1, member);
    }
  };

  open(bytes, "", 1, null);
  return { members, skipped };
}

const tooMany = `more than ${limits.members} files in one archive`;

const mostBytesFor = (packedBytes: number): number => Math.max(limits.freeBytes, packedBytes * limits.ratio);

function contentOf(archive: Buffer, entry: Packed, inflate: Inflate, left: number): Buffer | string {
  if (entry.method === null) return entry.problem;
  const data = archive.subarray(entry.start, entry.end);
  if (entry.method === "stored") return data.length <= left ? data : tooLarge;
  const most = Math.min(left, mostBytesFor(data.length));
  if (most <= 0) return tooLarge;
  try {
    const { bytes } = inflate(data, most);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch {
    return `it is damaged, or unpacks to more than ${most} bytes`;
  }
}

const tooLarge = `the archive unpacks to more than ${limits.bytes} bytes`;
