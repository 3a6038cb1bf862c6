import { archiveFormOf } from "./archive-form.ts";
import type { Inflate, Packing } from "./inflate.ts";
import type { Packed } from "./packed.ts";
import { unreadForm } from "./unread-form.ts";

/** Where a file stands that may hold others. */
export interface Inside {
  /** Its path in the outermost archive; archives in archives are parted by `!/`, and the file itself has none. */
  readonly path: string;
  /** In how many packings it is, and in how many archives that hold files as they are. */
  readonly depth: number;
  readonly flatDepth: number;
  /** The bytes of the outermost archive that hold it; `null` for the archive itself. */
  readonly span: Pick<Packed, "start" | "end"> | null;
}

/** The file as it is. */
export const outermost: Inside = { path: "", depth: 0, flatDepth: 0, span: null };

/** A file inside an archive. */
export interface Member {
  /** As {@link Inside}'s. */
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
  /** Packings in each other. */
  depth: 2,
  /** Archives in each other that hold files as they are. */
  flatDepth: 8,
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
export interface UnpackEvents {
  readonly onMember: (member: Member) => void;
  readonly onSkipped: (part: SkippedMember) => void;
}

/** What is unpacked of one file, within limits for all of it together. */
export interface Unpacking {
  /** Unpacks a whole file that may hold others, and says what it left out; other bytes have no members. Never throws. */
  readonly open: (bytes: Buffer, inside: Inside) => void;
  /** Counts a file in an archive that is read as it passes, and gives where it stands; `null`, once told, where there are too many. */
  readonly admit: (archive: Inside, file: Packed) => Inside | null;
  /** Whether an archive that stands here is too deep to be opened, which is told. */
  readonly isTooDeep: (inside: Inside, isFlat: boolean) => boolean;
}

/** Begins to unpack a file. */
export function makeUnpacking(inflate: Inflate, { onMember, onSkipped }: UnpackEvents): Unpacking {
  let left: number = limits.bytes;
  let members = 0;

  const admit: Unpacking["admit"] = (archive, file) => {
    members += 1;
    if (members <= limits.members)
      return { ...archive, path: joined(archive.path, file.path), span: archive.span ?? file };
    if (members === limits.members + 1) onSkipped({ path: archive.path, reason: tooMany });
    return null;
  };

  const isTooDeep: Unpacking["isTooDeep"] = ({ path, depth, flatDepth }, isFlat) => {
    const most = isFlat ? limits.flatDepth : limits.depth;
    if ((isFlat ? flatDepth : depth) < most) return false;
    onSkipped({ path, reason: `archives deeper than ${most} are not opened` });
    return true;
  };

  const open: Unpacking["open"] = (archive, inside) => {
    const other = unreadForm(archive);
    if (other !== null) onSkipped({ path: inside.path, reason: other });
    const form = archiveFormOf(archive);
    if (form === null) return;
    if (archive.length > limits.packedBytes && !form.isFlat) {
      onSkipped({ path: inside.path, reason: tooLargeToOpen });
      return;
    }
    if (isTooDeep(inside, form.isFlat)) return;
    const most = Math.min(left, mostBytesFor(archive.length));
    // A stream is unpacked to learn where it ends, and again to be read.
    const inflateOnce = rememberLast(inflate);
    for (const entry of form.list(archive, inflateOnce, most) ?? []) {
      if (entry.method === null) {
        onSkipped({ path: joined(inside.path, entry.path), reason: entry.problem });
        continue;
      }
      const within = admit(inside, entry);
      if (within === null) return;
      const content = contentOf(archive, entry, inflateOnce, form.isFlat ? Infinity : left);
      if (typeof content === "string") {
        onSkipped({ path: within.path, reason: content });
        continue;
      }
      if (!form.isFlat) left -= content.length;
      const { start, end } = within.span ?? entry;
      onMember({ path: within.path, bytes: content, start, end });
      open(content, deeper(within, form.isFlat));
    }
  };

  return { open, admit, isTooDeep };
}

/** Decompresses one archive, whose bytes stay as they are, and the same stream twice in a row only once. */
function rememberLast(inflate: Inflate): Inflate {
  let last: {
    readonly data: Uint8Array;
    readonly packing: Packing;
    readonly given: ReturnType<Inflate>;
  } | null = null;
  return (data, mostBytes, packing) => {
    const known = last;
    last = null;
    const isSame =
      known?.packing === packing &&
      known.data.buffer === data.buffer &&
      known.data.byteOffset === data.byteOffset &&
      known.data.length === data.length;
    if (isSame && known.given.bytes.length <= mostBytes) return known.given;
    const given = inflate(data, mostBytes, packing);
    last = { data, packing, given };
    return given;
  };
}

/** Gives the place of a file in an archive that stands here. */
export function deeper(inside: Inside, isFlat: boolean): Inside {
  return isFlat ? { ...inside, flatDepth: inside.flatDepth + 1 } : { ...inside, depth: inside.depth + 1 };
}

const joined = (path: string, name: string): string =>
  path === "" || name === "" ? path + name : `${path}!/${name}`;

/** Why a file that starts like an archive is not opened whatever it holds. */
export const tooLargeToOpen = `archives above ${limits.packedBytes >> 20} MiB are not opened`;

const tooMany = `more than ${limits.members} files in one archive`;

const mostBytesFor = (packedBytes: number): number => Math.max(limits.freeBytes, packedBytes * limits.ratio);

function contentOf(
  archive: Buffer,
  { method, start, end }: Packed,
  inflate: Inflate,
  left: number,
): Buffer | string {
  const data = archive.subarray(start, end);
  if (method === "stored" || method === null) return data.length <= left ? data : tooLarge;
  const most = Math.min(left, mostBytesFor(data.length));
  if (most <= 0) return tooLarge;
  try {
    const { bytes } = inflate(data, most, method);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (error) {
    return error instanceof RangeError ? `it unpacks to more than ${most} bytes` : "it is damaged";
  }
}

const tooLarge = `the archive unpacks to more than ${limits.bytes} bytes`;
