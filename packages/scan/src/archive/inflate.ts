/**
 * Decompresses a raw deflate stream (RFC 1951); what stands behind its end is ignored. Applications pass node:zlib's.
 *
 * @throws anything when the stream is damaged or gives more than `mostBytes`
 */
export type Inflate = (
  data: Uint8Array,
  mostBytes: number,
) => {
  readonly bytes: Uint8Array;
  /** How many bytes of `data` the stream takes. */
  readonly usedBytes: number;
};
