import type { ObjectPart } from "@keywarden/git";
import type { ReadLimits, TooLarge } from "./range-matches.ts";

/** Decides which blobs of a range are read. */
export interface Limiter {
  /** Whether an object is over a limit; counts it as read where it is not. Names, commits and tags never are. */
  isOver(object: Pick<ObjectPart, "id" | "type" | "sizeBytes">): boolean;
  /** Whether the object that was begun last takes too long, so that the rest of it is left out. */
  isLate(object: Pick<ObjectPart, "id" | "type" | "sizeBytes">): boolean;
  readonly tooLarge: readonly TooLarge[];
}

/** Makes one whose time begins now, by a clock that nobody sets unless another is given. */
export function makeLimiter(
  limits: ReadLimits | undefined,
  now: () => number = () => performance.now(),
): Limiter {
  const tooLarge: TooLarge[] = [];
  const { fileMs = Infinity, totalMs = Infinity } = limits ?? {};
  const startedAtMs = now();
  let fileAtMs = startedAtMs;
  let bytes = 0;
  let files = 0;
  const limitOf = (sizeBytes: number): keyof ReadLimits | null => {
    if (limits === undefined) return null;
    if (sizeBytes > limits.fileBytes) return "fileBytes";
    if (bytes + sizeBytes > limits.totalBytes) return "totalBytes";
    if (files >= limits.totalFiles) return "totalFiles";
    fileAtMs = now();
    return fileAtMs - startedAtMs >= totalMs ? "totalMs" : null;
  };
  return {
    tooLarge,
    isOver({ id, type, sizeBytes }) {
      if (type !== "blob") return false;
      const limit = limitOf(sizeBytes);
      if (limit === null) {
        bytes += sizeBytes;
        files += 1;
        return false;
      }
      tooLarge.push({ id, sizeBytes, limit });
      return true;
    },
    isLate({ id, type, sizeBytes }) {
      if (type !== "blob" || limits === undefined) return false;
      const atMs = now();
      const limit = atMs - startedAtMs >= totalMs ? "totalMs" : atMs - fileAtMs >= fileMs ? "fileMs" : null;
      if (limit !== null) tooLarge.push({ id, sizeBytes, limit });
      return limit !== null;
    },
  };
}
