import { createReadStream } from "node:fs";

/** Reads a file as it comes. */
export const readChunks = (path: string): AsyncIterable<Uint8Array> =>
  createReadStream(path, { highWaterMark: 256 * 1024 });
