import { alphabetCharacters } from "@keywarden/key-format";
import type { AlphabetName } from "@keywarden/key-format";
import { isLeftBoundary, isRightBoundary } from "./boundary.ts";
import type { Reading } from "../decoders/decoder.ts";

/** A prefix with a body behind it: text that may be a key. */
export interface Candidate {
  readonly reading: Reading;
  /** Where the body may end in `reading.bytes`, the widest alphabet first; never in the middle of a word. */
  readonly ends: readonly [number, ...number[]];
  /** Where the word ends when `_` and `-` count as letters: how placeholders are written. */
  readonly wordEnd: number;
  /** Whether a letter or digit stands directly before the prefix: then only proof makes it a key. */
  readonly isGlued: boolean;
}

/**
 * Reads the body behind a prefix by maximal munch, once for each alphabet that the prefix's formats use.
 *
 * Gives `null` when nothing follows the prefix, and when what follows runs on for more than `longestBody` characters:
 * that is data, not a key.
 */
export function readCandidate(reading: Reading, longestBody: number): Candidate | null {
  const { bytes, start, prefix } = reading;
  const bodyStart = start + prefix.text.length;
  const limit = bodyStart + longestBody + 1;
  const [widest = "base62", ...narrower] = prefix.alphabets;
  const end = endOfRun(bytes, bodyStart, limit, widest);
  const wordEnd = endOfRun(bytes, bodyStart, bodyStart + longestPlaceholder, "base64url");
  if (end === limit || wordEnd === bodyStart) return null;
  // A narrower reading must end where a word ends: one that cuts a word in two would truncate a key.
  const others = narrower
    .map((alphabet) => endOfRun(bytes, bodyStart, limit, alphabet))
    .filter((other) => other !== end && isRightBoundary(bytes, other));
  const isGlued = !isLeftBoundary(bytes, start);
  return { reading, ends: [end, ...new Set(others)], wordEnd, isGlued };
}

/** No format may be longer, so text that runs on for longer is data, whatever it starts with. */
export const longestBody = 512;

// Longer runs of words joined by `_` are not read as one placeholder.
const longestPlaceholder = 64;

function endOfRun(bytes: Uint8Array, start: number, limit: number, alphabet: AlphabetName): number {
  const members = membersByAlphabet[alphabet];
  let end = start;
  while (end < limit && members[bytes[end] ?? beyond] === 1) end += 1;
  return end;
}

// Stands for the end of the bytes, and is in no alphabet.
const beyond = 256;

const membersByAlphabet: Readonly<Record<AlphabetName, Uint8Array>> = {
  base62: membersOf("base62"),
  base58: membersOf("base58"),
  base36: membersOf("base36"),
  hex: membersOf("hex"),
  base64url: membersOf("base64url"),
};

function membersOf(alphabet: AlphabetName): Uint8Array {
  const members = new Uint8Array(beyond + 1);
  for (const character of alphabetCharacters(alphabet)) members[character.charCodeAt(0)] = 1;
  return members;
}
