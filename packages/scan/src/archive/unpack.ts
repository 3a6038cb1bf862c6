import { isGzip, readGzip } from "./gzip.ts";
import type { Inflate } from "./inflate.ts";
import type { Packed } from "./packed.ts";
import { readTar } from "./tar.ts";
import { unreadForm } from "./unread-form.ts";
import { isZip, readZip } from "./zip.ts";
import { isZlib, readZlib } from "./zlib.ts";

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
  /** As a {@link Member}'s; empty for the archive itself. */
  readonly path: string;
  readonly reason: string;
}

/** What may be unpacked of one file, so that no archive can exhaust memory or time. */
const limits = {
  /** Archives in archives. */
  depth: 2,
  /** Of the file as it is. */
  packedBytes: 32 * 1024 * 1024,
  /** Of everything in the file together. */
  bytes: 64 * 1024 * 1024,
  members: 10_000,
  /** Unpacked size by packed size, from `freeBytes` on. */
  ratio: 200,
  freeBytes: 1024 * 1024,
} as const;

/** The most bytes of a file that is opened. */
export const largestArchiveBytes: number = limits.packedBytes;

/** Who is told what an archive holds; a member's bytes can be let go as soon as it has been seen. */
export interface Unpacking {
  readonly onMember: (member: Member) => void;
  readonly onSkipped: (part: SkippedMember) => void;
}

/** Unpacks a gzip, zip or zlib file within the limits, and says what it left out; other bytes have no members. Never throws. */
export function unpack(bytes: Buffer, inflate: Inflate, { onMember, onSkipped }: Unpacking): void {
  let left: number = limits.bytes;
  let members = 0;

  const open = (archive: Buffer, inside: string, depth: number, outer: Packed | null): void => {
    // What a tar archive holds stands in it as it is, so it is only named here, and costs neither depth nor bytes.
    const files = outer === null ? null : readTar(archive);
    for (const file of files ?? []) {
      if (outer === null || members >= limits.members) return;
      members += 1;
      const path = `${inside}!/${file.path}`;
      onMember({ path, bytes: file.bytes, start: outer.start, end: outer.end });
      open(file.bytes, path, depth, outer);
    }
    const other = unreadForm(archive);
    if (other !== null) onSkipped({ path: inside, reason: other });
    if (!startsArchive(archive)) return;
    if (archive.length > limits.packedBytes) {
      onSkipped({ path: inside, reason: tooLargeToOpen });
      return;
    }
    if (depth > limits.depth) {
      onSkipped({ path: inside, reason: `archives deeper than ${limits.depth} are not opened` });
      return;
    }
    const most = Math.min(left, mostBytesFor(archive.length));
    for (const entry of readZip(archive) ??
      readGzip(archive, inflate, most) ??
      readZlib(archive, inflate, most) ??
      []) {
      const path = inside === "" ? entry.path : `${inside}!/${entry.path}`;
      const content = members >= limits.members ? tooMany : contentOf(archive, entry, inflate, left);
      if (typeof content === "string") {
        onSkipped({ path, reason: content });
        if (content === tooMany) return;
        continue;
      }
      left -= content.length;
      members += 1;
      const span = outer ?? entry;
      onMember({ path, bytes: content, start: span.start, end: span.end });
      open(content, path, depth + 1, span);
    }
  };

  open(bytes, "", 1, null);
}

/** Whether these bytes start like a file that {@link unpack} opens. */
export function startsArchive(bytes: Buffer): boolean {
  return isZip(bytes) || isGzip(bytes) || isZlib(bytes);
}

/** Why a file that starts like an archive is not opened whatever it holds. */
export const tooLargeToOpen = `archives above ${limits.packedBytes >> 20} MiB are not opened`;

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
  } catch (error) {
    return error instanceof RangeError ? `it unpacks to more than ${most} bytes` : "it is damaged";
  }
}

const tooLarge = `the archive unpacks to more than ${limits.bytes} bytes`;
