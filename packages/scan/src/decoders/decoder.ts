import type { ByteSearch, Needle } from "../search/needle.ts";
import type { KeyPrefix } from "../match/key-prefix.ts";

/** How a key is written in the bytes. */
export type EncodingName =
  | "plain"
  | "utf-16"
  | "utf-32"
  | "percent-encoded"
  | "backslash-escaped"
  | "html-entities"
  | "base64"
  | "base64-twice"
  | "base64-of-utf-16"
  | "hex"
  | "hexdump"
  | "character-codes"
  | "joined-strings"
  | "string-list"
  | "quoted-printable"
  | "invisible-characters";

/** A prefix found in bytes, and the bytes around it as plain characters. */
export interface Reading {
  readonly encoding: EncodingName;
  readonly prefix: KeyPrefix;
  /** One byte a character: the scanned bytes themselves, or a decoded window of them. */
  readonly bytes: Buffer;
  /** Where the prefix starts in `bytes`. */
  readonly start: number;
  /** Whether the text was put together from pieces between which nothing but white space stands. */
  readonly isGuess?: boolean;
  /** Whether the text was cut at the end of its line although it may continue: used only if it is not a key otherwise. */
  readonly isFallback?: boolean;
  /** Gives the offset in the scanned bytes at which the character at `index` of `bytes` starts. */
  offsetOf(index: number): number;
  /** Gives the offset in the scanned bytes at which the character before `index` of `bytes` ends. */
  endOffsetOf(index: number): number;
}

/** What a form of a prefix looks like in the bytes that are searched. */
export interface Anchor extends Needle {
  /** The prefix that the anchor spells; `null` where only the decoded text tells which one it is. */
  readonly prefix: KeyPrefix | null;
  /** The position of the anchor's first digit in its unit, for decoders that decode digits. */
  readonly phase: number;
  /** Says whether a reading is worth its making; absent: always. */
  readonly suits?: (bytes: Uint8Array, start: number) => boolean;
}

/** An anchor found in the scanned bytes. */
export interface Hit {
  readonly start: number;
  readonly anchor: Anchor;
}

/**
 * One way to read bytes as text that may hold keys. Only bytes near an anchor are ever decoded; what a reading shows
 * may only depend on the bytes within `reachBytes` of it, so that chunks read like the whole.
 */
export interface Decoder {
  /** Every prefix in every form that this decoder reads. */
  readonly anchors: readonly Anchor[];
  readonly reachBytes: number;
  /** Visits every prefix that is to be seen at the hits, which are ordered by offset. Linear in the bytes around them. */
  read(bytes: Buffer, hits: readonly Hit[], visit: (reading: Reading) => void): void;
}

/** What a decoder is made of. */
export interface DecoderOptions {
  readonly prefixes: readonly KeyPrefix[];
  /** Finds the prefixes in plain text. */
  readonly search: ByteSearch<KeyPrefix>;
  /** The most characters that a reading shows before a prefix. */
  readonly charactersBefore: number;
  /** The most characters that a reading shows from the start of a prefix on. */
  readonly charactersAfter: number;
}
