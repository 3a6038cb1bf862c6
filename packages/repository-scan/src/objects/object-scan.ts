import type { ObjectPart } from "@keywarden/git";
import type { ChunkScan, Match, Scanner, SkippedMember } from "@keywarden/scan";

const none: readonly Match[] = [];
const wholeUpToBytes = 1024 * 1024;

/** A scan of objects that come in parts, one object after another. */
export interface ObjectScan {
  /** Takes a part and gives null until its object is whole, then the object's matches. */
  add(part: ObjectPart): readonly Match[] | null;
  /** Gives what was found in an object that breaks off. */
  abandon(): readonly Match[];
}

/**
 * Makes a scan of objects. Those of up to a megabyte are put together, larger ones are scanned as they pass.
 *
 * @param onSkipped is told of what is packed and not opened, with the object's id
 */
export function makeObjectScan(
  scanner: Scanner,
  onSkipped: (id: string, part: SkippedMember) => void = () => {},
): ObjectScan {
  // Reused for every object: separate allocations would stay in memory until they are collected.
  let whole: Buffer = Buffer.alloc(0);
  let heldBytes = 0;
  let open: { readonly scan: ChunkScan; readonly matches: Match[] } | undefined;
  const finish = (): readonly Match[] => {
    if (open === undefined) return none;
    const { scan, matches } = open;
    open = undefined;
    return [...matches, ...scan.finish()];
  };
  return {
    add: ({ id, sizeBytes, offsetBytes, bytes }) => {
      const onPart = (part: SkippedMember): void => onSkipped(id, part);
      const isLast = offsetBytes + bytes.length === sizeBytes;
      if (isLast && offsetBytes === 0) return sizeBytes === 0 ? none : scanner.scanBytes(bytes, onPart);
      if (sizeBytes <= wholeUpToBytes) {
        if (whole.length === 0) whole = Buffer.allocUnsafeSlow(wholeUpToBytes);
        whole.set(bytes, offsetBytes);
        heldBytes = isLast ? 0 : offsetBytes + bytes.length;
        return isLast ? scanner.scanBytes(whole.subarray(0, sizeBytes), onPart) : null;
      }
      if (offsetBytes === 0) open = { scan: scanner.scanChunks(onPart), matches: [] };
      open?.matches.push(...open.scan.push(bytes));
      return isLast ? finish() : null;
    },
    abandon: () => {
      const held = whole.subarray(0, heldBytes);
      heldBytes = 0;
      return [...finish(), ...(held.length === 0 ? none : scanner.scanBytes(held))];
    },
  };
}
