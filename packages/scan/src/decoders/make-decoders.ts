import { makeByteSearch } from "../search/byte-search.ts";
import type { KeyPrefix } from "../match/key-prefix.ts";
import { surroundingBytes } from "../match/surroundings.ts";
import { base64, hex } from "./digit-code.ts";
import { makeDigitDecoder } from "./digits.ts";
import { makeEscapedDecoder } from "./escaped.ts";
import { makeJoinedDecoder } from "./joined.ts";
import { makePlainDecoder } from "./plain.ts";
import { makeUtf16Decoder } from "./utf16.ts";
import type { Decoder } from "./decoder.ts";

// Enough to tell a boundary.
const boundaryCharacters = 32;
// The longest placeholder, and what shows that a body is over.
const behindKey = 80;

/** Makes every decoder, the plainest first: of two that show the same key the first one names it. */
export function makeDecoders(prefixes: readonly KeyPrefix[], longestBody: number): readonly Decoder[] {
  const longestKey = longestBody + Math.max(0, ...prefixes.map(({ text }) => text.length));
  const reach = longestKey + surroundingBytes + 1;
  const search = makeByteSearch(prefixes);
  const whole = { prefixes, search, charactersBefore: reach, charactersAfter: reach };
  const near = {
    prefixes,
    search,
    charactersBefore: boundaryCharacters,
    charactersAfter: longestKey + behindKey,
  };
  return [
    makePlainDecoder(whole),
    makeUtf16Decoder(whole),
    makeJoinedDecoder(near),
    makeEscapedDecoder(near),
    makeDigitDecoder(base64, near),
    makeDigitDecoder(hex, near),
  ];
}
