import type { Readable } from "node:stream";

/** What became of a body. */
export type ReadBody =
  | { readonly outcome: "whole"; readonly bytes: Buffer }
  | { readonly outcome: "too-large" }
  | { readonly outcome: "cut-off" };

/** Reads a body to its end, as far as it stays within the limit, and tells of each part. */
export function readBody(
  stream: Readable,
  limitBytes: number,
  onPart: (bytes: number) => void,
): Promise<ReadBody> {
  const parts: Buffer[] = [];
  let total = 0;
  return new Promise((resolve) => {
    const end = (result: ReadBody): void => {
      stream.off("data", take);
      resolve(result);
    };
    const take = (part: Buffer): void => {
      total += part.length;
      if (total > limitBytes) return end({ outcome: "too-large" });
      parts.push(part);
      onPart(part.length);
    };
    stream.on("data", take);
    stream.once("end", () => end({ outcome: "whole", bytes: Buffer.concat(parts, total) }));
    stream.once("error", () => end({ outcome: "cut-off" }));
    stream.once("close", () => end({ outcome: "cut-off" }));
  });
}
