import type { KeyPrefix } from "../key-prefix.ts";

/** A prefix found in bytes, and the bytes around it as plain characters. */
export interface Reading {
  readonly prefix: KeyPrefix;
  /** One byte a character: the scanned bytes themselves, or a decoded window of them. */
  readonly bytes: Buffer;
  /** Where the prefix starts in `bytes`. */
  readonly start: number;
  /** Gives the offset in the scanned bytes for an index of `bytes`. */
  offsetOf(index: number): number;
}

/**
 * One way to read bytes as text that may hold keys. It visits every prefix that it can see, in any order; what a
 * reading shows may only depend on the bytes within `reachBytes` of it, so that chunks read like the whole.
 */
export interface View {
  readonly reachBytes: number;
  visit(bytes: Buffer, visit: (reading: Reading) => void): void;
}
