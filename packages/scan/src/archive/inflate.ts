/** How a stream is packed: a raw deflate stream (RFC 1951), or a Zstandard frame (RFC 8878). */
export type Packing = "deflate" | "zstd";

/**
 * Decompresses one stream of this packing; what stands behind its end is ignored. Applications pass node:zlib's.
 *
 * @throws RangeError when the stream gives more than `mostBytes`, as node:zlib does; anything else when it is damaged
 */
export type Inflate = (
  data: Uint8Array,
  mostBytes: number,
  packing: Packing,
) => {
  readonly bytes: Uint8Array;
  /** How many bytes of `data` the stream takes. */
  readonly usedBytes: number;
};
