import type { ObjectPart } from "@keywarden/git";
import type { ChunkScan, Match, Scanner, SkippedMember } from "@keywarden/scan";

const none: readonly Match[] = [];
const wholeUpToBytes = 1024 * 1024;

/**
 * Makes a scan of objects that come in parts, one object after another: each part gives null until its object is whole, then
 * the object's matches. `onSkipped` receives packed content that is not opened, with the object's id. Objects of up to a megabyte
 * are put together, larger ones are scanned as they pass.
 */
export function makeObjectScan(
  scanner: Scanner,
  onSkipped: (id: string, part: SkippedMember) => void = () => {},
): (part: ObjectPart) => readonly Match[] | null {
  // Reused for every object: separate allocations would stay in memory until they are collected.
  let whole: Buffer = Buffer.alloc(0);
  let open: { readonly scan: ChunkScan; readonly matches: Match[] } | undefined;
  return ({ id, sizeBytes, offsetBytes, bytes }) => {
    const onPart = (part: SkippedMember): void => onSkipped(id, part);
    const isLast = offsetBytes + bytes.length === sizeBytes;
    if (isLast && offsetBytes === 0) return sizeBytes === 0 ? none : scanner.scanBytes(bytes, onPart);
    if (sizeBytes <= wholeUpToBytes) {
      if (whole.length === 0) whole = Buffer.allocUnsafeSlow(wholeUpToBytes);
      whole.set(bytes, offsetBytes);
      return isLast ? scanner.scanBytes(whole.subarray(0, sizeBytes), onPart) : null;
    }
    open ??= { scan: scanner.scanChunks(onPart), matches: [] };
    open.matches.push(...open.scan.push(bytes));
    if (!isLast) return null;
    const { scan, matches } = open;
    open = undefined;
    return [...matches, ...scan.finish()];
  };
}
