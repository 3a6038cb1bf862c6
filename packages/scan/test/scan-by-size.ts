import type { Match, Scanner, SkippedMember } from "@keywarden/scan";

interface Scanned {
  readonly matches: readonly Match[];
  readonly skipped: readonly SkippedMember[];
}

/** Scans bytes at once and in chunks of a size, each with what was skipped: both are to say the same. */
export function scanBySize(scanner: Scanner): {
  readonly whole: (bytes: Buffer) => Scanned;
  readonly inChunks: (bytes: Buffer, sizeBytes: number) => Scanned;
} {
  return {
    whole: (bytes) => {
      const skipped: SkippedMember[] = [];
      return { matches: scanner.scanBytes(bytes, (part) => skipped.push(part)), skipped };
    },
    inChunks: (bytes, sizeBytes) => {
      const skipped: SkippedMember[] = [];
      const scan = scanner.scanChunks((part) => skipped.push(part));
      const matches: Match[] = [];
      for (let at = 0; at < bytes.length; at += sizeBytes)
        matches.push(...scan.push(bytes.subarray(at, at + sizeBytes)));
      return { matches: [...matches, ...scan.finish()], skipped };
    },
  };
}
