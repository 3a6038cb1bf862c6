import { crc32, createInflateRaw, createZstdDecompress } from "node:zlib";
import type { InflateRaw, ZstdDecompress } from "node:zlib";
import { isZstd } from "@keywarden/scan";
import { describeUnreadable } from "./describe-unreadable.ts";
import type { ByteSource } from "./byte-source.ts";

export type Compression = "gzip" | "Zstandard";

/** Says what packs these bytes, by how they start; null where neither does. */
export function packingOf(head: Buffer): Compression | null {
  if (isGzip(head)) return "gzip";
  return isZstd(head) ? "Zstandard" : null;
}

/**
 * Decompresses all streams that follow each other in the source, as they come.
 *
 * @throws Error whose message is a sentence fragment where something is damaged, cut off, or no packed stream
 */
export async function* decompress(source: ByteSource): AsyncGenerator<Buffer, void, undefined> {
  for (let isFirst = true; ; isFirst = false) {
    const head = await source.peek(4);
    if (head.length === 0) return;
    if (isGzip(head)) yield* readGzipMember(source);
    else if (isZstd(head)) yield* readStream(source, createZstdDecompress());
    else if (isFirst) throw new Error("it is damaged");
    else break;
  }
  await expectPadding(source);
}

const isGzip = (head: Buffer): boolean => head[0] === 0x1f && head[1] === 0x8b && head[2] === 8;

async function expectPadding(source: ByteSource): Promise<void> {
  for await (const piece of source.pieces()) {
    if (piece.some((byte) => byte !== 0)) throw new Error("bytes behind its packed stream are not opened");
  }
}

const longestName = 64 * 1024;

async function* readGzipMember(source: ByteSource): AsyncGenerator<Buffer, void, undefined> {
  const [, , , flags = 0] = await source.take(10);
  if ((flags & 4) !== 0) await source.take((await source.take(2)).readUInt16LE(0));
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue;
    const zero = (await source.peek(longestName)).indexOf(0);
    if (zero === -1) throw new Error("it is damaged");
    await source.take(zero + 1);
  }
  if ((flags & 2) !== 0) await source.take(2);
  let sum = 0;
  let size = 0;
  for await (const chunk of readStream(source, createInflateRaw())) {
    sum = crc32(chunk, sum);
    size = (size + chunk.length) >>> 0;
    yield chunk;
  }
  const trailer = await source.take(8);
  if (trailer.length < 8) throw new Error("it is cut off");
  if (trailer.readUInt32LE(0) !== sum || trailer.readUInt32LE(4) !== size) throw new Error("it is damaged");
}

/** Reads one stream to its end, and leaves in the source what stands behind it. */
async function* readStream(
  source: ByteSource,
  stream: InflateRaw | ZstdDecompress,
): AsyncGenerator<Buffer, void, undefined> {
  let last: Buffer = Buffer.alloc(0);
  let fed = 0;
  const over = new Promise<"over">((resolve) => {
    for (const event of ["end", "error", "close"]) stream.once(event, () => resolve("over"));
  });
  const feed = async (): Promise<void> => {
    for (;;) {
      last = await source.takeSome(65_536);
      if (last.length === 0) {
        stream.end();
        return;
      }
      fed += last.length;
      const taken = new Promise<"taken">((resolve) => void stream.write(last, () => resolve("taken")));
      // One that has ended leaves what it was given behind its end.
      if ((await Promise.race([over, taken])) === "over" || stream.bytesWritten < fed) return;
    }
  };
  // What the system says of the packed bytes is said of what is unpacked from them.
  const feeding = feed().catch((error: unknown) => {
    stream.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    if (describeUnreadable(error) !== null) throw error;
    const code = error instanceof Error && "code" in error ? error.code : "";
    throw new Error(code === "Z_BUF_ERROR" ? "it is cut off" : "it is damaged", { cause: error });
  } finally {
    stream.destroy();
    await feeding;
  }
  const unused = fed - stream.bytesWritten;
  if (unused < 0 || unused > last.length) throw new Error("it is damaged");
  source.putBack(last.subarray(last.length - unused));
}
