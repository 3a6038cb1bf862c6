import type { ObjectPart } from "@keywarden/git";
import type { ReadLimits, TooLarge } from "./range-matches.ts";

/** Decides which blobs of a range are read. */
export interface Limiter {
  /** Whether an object is over a limit; counts it as read where it is not. Names, commits and tags never are. */
  isOver(object: Pick<ObjectPart, "id" | "type" | "sizeBytes">): boolean;
  readonly tooLarge: readonly TooLarge[];
}

export function makeLimiter(limits: ReadLimits | undefined): Limiter {
  const tooLarge: TooLarge[] = [];
  let bytes = 0;
  let files = 0;
  const limitOf = (sizeBytes: number): keyof ReadLimits | null => {
    if (limits === undefined) return null;
    if (sizeBytes > limits.fileBytes) return "fileBytes";
    if (bytes + sizeBytes > limits.totalBytes) return "totalBytes";
    return files >= limits.totalFiles ? "totalFiles" : null;
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
  };
}
