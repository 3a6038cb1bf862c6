import { getBuiltinModule } from "node:process";

/**
 * Unpacks what zlib has compressed; `null` where the stream ends before `packed` does.
 *
 * @throws RangeError when it unpacks to more than `mostBytes`; an error with a code when it is damaged
 */
export function inflateAll(packed: Buffer, mostBytes: number, chunkSize?: number): Buffer | null {
  // Whoever reads nothing in this way need not wait for it.
  const { inflateSync } = getBuiltinModule("node:zlib");
  const options = {
    info: true,
    maxOutputLength: mostBytes,
    ...(chunkSize === undefined ? {} : { chunkSize }),
  };
  // With `info`, Node also tells how much it took; its types do not say so.
  const result: unknown = inflateSync(packed, options);
  const { buffer, engine } = result as { buffer: Buffer; engine: { bytesWritten: number } };
  return engine.bytesWritten === packed.length ? buffer : null;
}
