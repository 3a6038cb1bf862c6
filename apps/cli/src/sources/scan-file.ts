import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, readSync } from "node:fs";
import type { Stats } from "node:fs";
import type { Scanner, SkippedMember } from "@keywarden/scan";
import type { ListedFile } from "./listed-file.ts";
import { reasonOf } from "./reason-of.ts";
import type { Tally } from "./tally.ts";

/** What every file of a scan is scanned with and accounted in. */
export interface FileScan {
  readonly scanner: Scanner;
  readonly showPath: (path: Uint8Array) => string;
  readonly tally: Tally;
}

const chunkBytes = 4 * 1024 * 1024;
const buffer = Buffer.allocUnsafeSlow(chunkBytes);

/** Scans one file in flat memory: its path, and its bytes or the target of the link that it is. */
export function scanFile(file: ListedFile, shown: Buffer, scan: FileScan): void {
  const { scanner, showPath, tally } = scan;
  const path = showPath(shown);
  tally.files.listed += 1;
  tally.add(scanner.scanBytes(shown), path, "path");
  const skip = file.skip ?? excludedBy(file, path, scan) ?? scanContent(file, path, scan);
  if (skip === null) tally.files.scanned += 1;
  else if (skip.failed) tally.fail(path, skip.reason);
  else tally.skip(path, skip.reason);
}

type Skip = NonNullable<ListedFile["skip"]>;

function excludedBy({ isNamed }: ListedFile, shown: string, { tally }: FileScan): Skip | null {
  const reason = isNamed ? null : tally.exclusionOf(shown);
  return reason === null ? null : { reason, failed: false };
}

function scanContent({ path, isNamed }: ListedFile, shown: string, scan: FileScan): Skip | null {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return { reason: "it is not on disk", failed: isNamed };
    if (stats.isSymbolicLink()) {
      scanLink(path, shown, scan);
    } else if (stats.isFile()) {
      scanBytes(path, shown, scan);
    } else {
      return { reason: `it is ${kindOf(stats)}`, failed: isNamed };
    }
    return null;
  } catch (error) {
    return { reason: reasonOf(error), failed: true };
  }
}

function scanLink(path: Buffer, shown: string, { scanner, tally }: FileScan): void {
  const target = readlinkSync(path, { encoding: "buffer" });
  tally.bytes.listed += target.length;
  tally.bytes.scanned += target.length;
  tally.add(scanner.scanBytes(target), shown, "link");
}

function scanBytes(path: Buffer, shown: string, { scanner, tally }: FileScan): void {
  // What was a file a moment ago may be a pipe now, and opening a pipe waits for a writer.
  // Windows knows neither flag; a missing one counts as none.
  const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;
  const handle = openSync(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  const onSkipped = (part: SkippedMember): void => tally.skipPart(shown, part);
  try {
    if (!fstatSync(handle).isFile()) throw new Error("a file was replaced by something else");
    let size = readSync(handle, buffer, 0, chunkBytes, null);
    const count = (): void => {
      tally.bytes.listed += size;
      tally.bytes.scanned += size;
    };
    if (size < chunkBytes) {
      count();
      tally.add(scanner.scanBytes(buffer.subarray(0, size), onSkipped), shown, "content");
      return;
    }
    const chunks = scanner.scanChunks(onSkipped);
    for (; size > 0; size = readSync(handle, buffer, 0, chunkBytes, null)) {
      count();
      tally.add(chunks.push(buffer.subarray(0, size)), shown, "content");
    }
    tally.add(chunks.finish(), shown, "content");
  } finally {
    closeSync(handle);
  }
}

function kindOf(stats: Stats): string {
  if (stats.isFIFO()) return "a named pipe";
  if (stats.isSocket()) return "a socket";
  if (stats.isDirectory()) return "a submodule that is not checked out";
  return stats.isBlockDevice() || stats.isCharacterDevice() ? "a device" : "no file";
}
