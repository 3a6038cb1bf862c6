import type { EncodingName, Reading } from "../decoders/decoder.ts";

/** Where a key stands among what a person sees around it. */
export interface Context {
  readonly reading: Reading;
  /** Where the key ends in `reading.bytes`. */
  readonly end: number;
}

const shownAsRead: ReadonlySet<EncodingName> = new Set(["plain", "utf-16", "utf-32"]);

/**
 * Gives the text around a key as the file shows it. A decoded window would not be found in the file, and leaves out
 * the names and the comments beside the key.
 */
export function contextOf(reading: Reading, end: number, bytes: Buffer): Context {
  if (shownAsRead.has(reading.encoding)) return { reading, end };
  const offsetOf = (index: number): number => index;
  const start = reading.offsetOf(reading.start);
  return {
    reading: { ...reading, bytes, start, offsetOf, endOffsetOf: offsetOf },
    end: reading.endOffsetOf(end),
  };
}

/** Gives the columns that a key takes on the line on which it starts. */
export function columnsOf({ reading, end }: Context): number {
  const { bytes, start } = reading;
  for (let index = start; index < end; index += 1) {
    if (bytes[index] === 0x0a || bytes[index] === 0x0d) return index - start;
  }
  return end - start;
}
