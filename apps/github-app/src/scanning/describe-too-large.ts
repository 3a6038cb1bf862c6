import type { ReadLimits, TooLarge } from "@keywarden/repository-scan";
import type { LeftOut } from "./object-scan.ts";

const shown = 20;

/** Says of the first files beyond a limit how large they are, and which limit that is. */
export function describeTooLarge(
  tooLarge: readonly TooLarge[],
  { fileBytes, totalBytes, totalFiles, fileMs = 0, totalMs = 0 }: ReadLimits,
): readonly LeftOut[] {
  const limits = {
    fileBytes: `one file may have ${sizeOf(fileBytes)}`,
    totalBytes: `one push may have ${sizeOf(totalBytes)}`,
    totalFiles: `one push may have ${totalFiles} files`,
    fileMs: `reading one file may take ${secondsOf(fileMs)}`,
    totalMs: `reading one push may take ${secondsOf(totalMs)}`,
  };
  return tooLarge.slice(0, shown).map(({ id, sizeBytes, limit }) => ({
    id,
    part: "",
    reason: `${sizeOf(sizeBytes)}; ${limits[limit]}`,
  }));
}

const secondsOf = (durationMs: number): string => `${Number((durationMs / 1_000).toFixed(1))} s`;

const sizeOf = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${Number((bytes / 1_000_000).toFixed(1))} MB`;
