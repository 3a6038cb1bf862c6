import type { KeyPrefix } from "../match/key-prefix.ts";
import type { Reading, EncodingName } from "./decoder.ts";

/** Decoded text that knows where in the scanned bytes each of its characters stands. */
export interface Decoded {
  /** One byte a character; `notText` marks what is not text. */
  readonly bytes: Buffer;
  /** Where each character starts. */
  readonly starts: Int32Array;
  /** Where each character ends, exclusive. */
  readonly ends: Int32Array;
}

/** Stands for what cannot be decoded: it is in no alphabet and a boundary on both sides. */
export const notText = 0xff;

/** Cuts the characters `from` to `to` out of decoded text as the reading of a prefix at `found`. */
export function readingOf(
  decoded: Decoded,
  encoding: EncodingName,
  prefix: KeyPrefix,
  { found, from, to }: { readonly found: number; readonly from: number; readonly to: number },
): Reading {
  const { bytes, starts, ends } = decoded;
  const first = Math.max(0, from);
  return {
    encoding,
    prefix,
    bytes: bytes.subarray(first, to),
    start: found - first,
    offsetOf: (index) => starts[first + index] ?? ends.at(-1) ?? 0,
    endOffsetOf: (index) => ends[first + index - 1] ?? 0,
  };
}
