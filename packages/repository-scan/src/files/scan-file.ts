import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, readSync } from "node:fs";
import type { Stats } from "node:fs";
import type { Match, Scanner, SkippedMember } from "@keywarden/scan";
import { ScanError } from "../scan-error.ts";
import { fillBuffer } from "./fill-buffer.ts";
import type { FileSkip, ListedFile } from "./listed-file.ts";
import { reasonOf } from "./reason-of.ts";
import type { Account } from "../account/account.ts";

/** What every file of a scan is scanned with and accounted in. */
export interface FileScan {
  readonly scanner: Scanner;
  readonly showPath: (path: Uint8Array) => string;
  readonly account: Account;
}

const chunkBytes = 4 * 1024 * 1024;
const buffer = Buffer.allocUnsafeSlow(chunkBytes);

/** Scans one file in flat memory: its path, and its bytes or the target of the link that it is. */
export function scanFile(file: ListedFile, shown: Buffer, scan: FileScan): void {
  const { scanner, showPath, account } = scan;
  const path = showPath(shown);
  account.files.listed += 1;
  account.add(scanner.scanBytes(shown), path, "path");
  const skip = file.skip ?? excludedBy(file, path, scan) ?? scanContent(file, path, scan) ?? beyond(file);
  if (skip === null) account.files.scanned += 1;
  else if (skip.failed) account.failFile(path, showPath(Buffer.from(skip.reason)), skip.remedy);
  else account.skip(path, skip.reason);
}

const beyond = ({ unfollowed }: ListedFile): FileSkip | null =>
  unfollowed === undefined ? null : { reason: unfollowed, failed: false };

function excludedBy({ isNamed }: ListedFile, shown: string, { account }: FileScan): FileSkip | null {
  const reason = isNamed ? null : account.exclusionOf(shown);
  return reason === null ? null : { reason, failed: false };
}

function scanContent({ path, isNamed }: ListedFile, shown: string, scan: FileScan): FileSkip | null {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return { reason: "it is not on disk", failed: isNamed };
    if (stats.isSymbolicLink()) scanFound(path, shown, "link", scan);
    else if (stats.isFile()) scanFound(path, shown, "content", scan);
    else return { reason: `it is ${describeKind(stats)}`, failed: isNamed };
    return null;
  } catch (error) {
    return { reason: reasonOf(error), failed: true };
  }
}

function scanFound(
  path: Buffer,
  shown: string,
  locationKind: "content" | "link",
  { scanner, account }: FileScan,
): void {
  const onBytes = (size: number): void => {
    account.bytes.listed += size;
    account.bytes.scanned += size;
  };
  const onSkipped = (part: SkippedMember): void => account.skipPart(shown, part);
  for (const matches of readMatches(path, locationKind, scanner, { onBytes, onSkipped }))
    account.add(matches, shown, locationKind);
}

/** Finds the keys in a file while it is read, or in the target of a link. @throws Error if it cannot be read. */
export function* readMatches(
  path: Buffer,
  locationKind: "content" | "link",
  scanner: Scanner,
  { onBytes, onSkipped }: { onBytes: (size: number) => void; onSkipped: (part: SkippedMember) => void },
): Generator<readonly Match[], void, undefined> {
  if (locationKind === "link") {
    const target = readlinkSync(path, { encoding: "buffer" });
    onBytes(target.length);
    yield scanner.scanBytes(target);
    return;
  }
  // What was a file a moment ago may be a pipe now, and opening a pipe waits for a writer.
  // Windows knows neither flag; a missing one counts as none.
  const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;
  const handle = openSync(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  try {
    const stats = fstatSync(handle);
    if (!stats.isFile()) throw new ScanError("SCAN_PATH", "something else took its place during the scan");
    let size = fillBuffer(handle, buffer, stats.size);
    if (size < chunkBytes) {
      onBytes(size);
      yield scanner.scanBytes(buffer.subarray(0, size), onSkipped);
    } else {
      const chunks = scanner.scanChunks(onSkipped);
      for (; size > 0; size = readSync(handle, buffer, 0, chunkBytes, null)) {
        onBytes(size);
        yield chunks.push(buffer.subarray(0, size));
      }
      yield chunks.finish();
    }
    // What stood behind the new end was there when the scan began, and nobody has looked at it.
    if (fstatSync(handle).size < stats.size)
      throw new ScanError("SCAN_PATH", "it became shorter while it was read");
  } finally {
    closeSync(handle);
  }
}

/** Names what is neither a file nor a link. */
export function describeKind(stats: Stats): string {
  if (stats.isFIFO()) return "a named pipe";
  if (stats.isSocket()) return "a socket";
  if (stats.isDirectory()) return "a submodule that is not checked out";
  return stats.isBlockDevice() || stats.isCharacterDevice() ? "a device" : "no file";
}
