import type { ChunkScan } from "../match/chunk-scan.ts";
import type { Match } from "../match/match.ts";
import { largestArchiveBytes, type SkippedMember, startsArchive, tooLargeToOpen } from "./unpack.ts";
import { formBytes, unreadForm } from "./unread-form.ts";

/**
 * Makes a scan in chunks that keeps a file which starts like an archive, as far as archives are opened, and gives it whole to
 * `open` at its end, with what was found outside; other bytes pass.
 */
export function makePackedChunkScan(
  chunks: ChunkScan,
  open: (whole: Buffer, outside: readonly Match[]) => readonly Match[],
  onSkipped: (part: SkippedMember) => void = () => {},
): ChunkScan {
  let kept: Buffer[] | null = [];
  let keptBytes = 0;
  let isArchive = false;
  const outside: Match[] = [];

  const keep = (chunk: Uint8Array): void => {
    if (kept === null) return;
    keptBytes += chunk.length;
    if (!isArchive && keptBytes >= formBytes) {
      const start = Buffer.concat([...kept, chunk.subarray(0, formBytes)]);
      const other = unreadForm(start);
      if (other !== null) onSkipped({ path: "", reason: other });
      isArchive = other === null && startsArchive(start);
      if (!isArchive) kept = null;
    }
    if (keptBytes > largestArchiveBytes && kept !== null) {
      kept = null;
      onSkipped({ path: "", reason: tooLargeToOpen });
    }
    kept?.push(Buffer.from(chunk));
  };

  return {
    push: (chunk) => {
      keep(chunk);
      const found = chunks.push(chunk);
      if (kept === null) return [...outside.splice(0), ...found];
      // What is packed without compression may turn out to be in a file inside.
      outside.push(...found);
      return [];
    },
    finish: () => {
      outside.push(...chunks.finish());
      return kept === null ? outside : open(Buffer.concat(kept, keptBytes), outside);
    },
  };
}
