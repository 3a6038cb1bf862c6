/**
 * Decompresses a raw deflate stream (RFC 1951); what stands behind its end is ignored. Applications pass node:zlib's.
 *
 * @throws RangeError when the stream gives more than `mostBytes`, as node:zlib does; anything else when it is damaged
 */
export type Inflate = (
  data: Uint8Array,
  mostBytes: number,
) => {
  readonly bytes: Uint8Array;
  /** How many bytes of `data` the stream takes. */
  readonly usedBytes: number;
};
