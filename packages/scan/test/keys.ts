import { alphabetCharacters, builtInProviders } from "@keywarden/key-format";
import type { AlphabetName } from "@keywarden/key-format";
import { makeScanner } from "@keywarden/scan";
import { makeRandom, sha256 } from "@keywarden/testing";

export const scanner = makeScanner({ providers: builtInProviders, sha256 });

/** A key of Aforo's: the one length that its document states. Keys are made at run time, never written down. */
export function aforoKey(seed: number): string {
  return keyOf("sk_live_", 40, seed);
}

/** A prefix with that many random characters behind it, whether or not any format allows as few or as many. */
export function keyOf(
  prefix: string,
  length: number,
  seed: number,
  alphabet: AlphabetName = "base62",
): string {
  const characters = alphabetCharacters(alphabet);
  // The bias of the remainder does not matter to a test.
  const body = Array.from(makeRandom(seed)(length), (byte) => characters.charAt(byte % characters.length));
  return `${prefix}${body.join("")}`;
}
