import type { Match } from "../match/match.ts";
import { archiveFormOf } from "./archive-form.ts";
import type { PlainScan } from "./plain-scan.ts";
import { stored } from "./packed.ts";
import { isTar, TarReader, type TarSink } from "./tar-reader.ts";
import {
  deeper,
  largestArchiveBytes,
  tooLargeToOpen,
  type Inside,
  type Member,
  type SkippedMember,
  type Unpacking,
} from "./unpack.ts";
import { endFormBytes, formBytes, unreadEnd, unreadStart } from "./unread-form.ts";
import { endsAsZip } from "./zip.ts";

/** What all files in one outermost file are scanned with. */
export interface ContentScanParts {
  readonly plain: PlainScan;
  readonly unpacking: Unpacking;
  /** Takes what was found in a file inside. */
  readonly take: (matches: readonly Match[], member: Omit<Member, "bytes">) => void;
  readonly tell: (part: SkippedMember) => void;
}

/** Looks into a file that comes in pieces. */
export interface ContentScan extends TarSink {
  /** Whether what came so far leaves it open whether the file holds others. */
  mayHold(): boolean;
}

const wholeUpToBytes = 1024 * 1024;

/**
 * Looks for files in a file that comes in pieces. A tar archive is read as it comes; another archive is kept, as far as
 * archives are opened, and opened at its end; other bytes pass.
 */
export function makeContentScan(parts: ContentScanParts, inside: Inside): ContentScan {
  const { unpacking, tell } = parts;
  const { path } = inside;
  let kept: Buffer[] | null = [];
  let keptBytes = 0;
  let isKnown = false;
  let tar: TarReader | null = null;
  let last: Buffer = Buffer.alloc(0);

  const recognise = (): void => {
    const start = Buffer.concat(kept ?? []);
    isKnown = true;
    const form = archiveFormOf(start);
    const other = form === null ? unreadStart(start) : null;
    if (other !== null) tell({ path, reason: other });
    const isOpen = form !== null && !(isTar(start) && unpacking.isTooDeep(inside, true));
    if (isOpen && isTar(start)) {
      tar = makeTarReader(parts, inside);
      tar.push(start);
    }
    if (!isOpen || tar !== null) kept = null;
  };

  return {
    push: (chunk) => {
      last = chunk.length >= endFormBytes ? Buffer.from(chunk.subarray(-endFormBytes)) : lastOf(last, chunk);
      if (kept === null) {
        tar?.push(chunk);
        return;
      }
      keptBytes += chunk.length;
      if (keptBytes > largestArchiveBytes && isKnown) {
        kept = null;
        tell({ path, reason: tooLargeToOpen });
        return;
      }
      kept.push(Buffer.from(chunk));
      if (!isKnown && keptBytes >= formBytes) recognise();
    },
    mayHold: () => kept !== null || tar !== null,
    finish: () => {
      if (kept !== null) {
        unpacking.open(Buffer.concat(kept, keptBytes), inside);
        return;
      }
      tar?.finish();
      const reason = unreadEnd(last) ?? (tar === null && endsAsZip(last) ? zipBehind : null);
      if (reason !== null) tell({ path, reason });
    },
  };
}

const zipBehind = "large files that other bytes than those of a zip file begin are not opened";

const lastOf = (last: Buffer, chunk: Buffer): Buffer => Buffer.concat([last, chunk]).subarray(-endFormBytes);

function makeTarReader(parts: ContentScanParts, archive: Inside): TarReader {
  const { plain, unpacking, take, tell } = parts;
  return new TarReader({
    onFile: (name, start, sizeBytes) => {
      const file = stored(name, start, start + sizeBytes);
      const admitted = unpacking.admit(archive, file);
      if (admitted === null) return null;
      const within = deeper(admitted, true);
      const member = { path: within.path, ...(within.span ?? file) };
      if (sizeBytes <= wholeUpToBytes) {
        return gather((bytes) => {
          take(plain.whole(bytes), member);
          unpacking.open(bytes, within);
        });
      }
      const chunks = plain.chunks();
      const content = makeContentScan(parts, within);
      return {
        push: (piece) => {
          take(chunks.push(piece), member);
          content.push(piece);
        },
        finish: () => {
          take(chunks.finish(), member);
          content.finish();
        },
      };
    },
    onProblem: (name, reason) =>
      tell({
        path: name === "" || archive.path === "" ? archive.path + name : `${archive.path}!/${name}`,
        reason,
      }),
  });
}

function gather(onWhole: (bytes: Buffer) => void): TarSink {
  const pieces: Buffer[] = [];
  return {
    push: (piece) => pieces.push(Buffer.from(piece)),
    finish: () => onWhole(Buffer.concat(pieces)),
  };
}
