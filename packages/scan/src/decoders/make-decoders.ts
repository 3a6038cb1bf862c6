import { makeByteSearch } from "../search/byte-search.ts";
import type { KeyPrefix } from "../match/key-prefix.ts";
import { longestPattern } from "../match/pattern-candidate.ts";
import { surroundingBytes } from "../match/surroundings.ts";
import { base64, hex } from "./digit-code.ts";
import { makeDigitDecoder } from "./digits.ts";
import { makeEscapedDecoder } from "./escaped.ts";
import { makeJoinedDecoder } from "./joined.ts";
import { formsOf } from "./forms/anchor-forms.ts";
import { makeCharacterCodeDecoder } from "./character-codes.ts";
import { makeHexdumpDecoder } from "./hexdump.ts";
import { makeNestedDecoder } from "./nested.ts";
import { makePlainDecoder } from "./plain.ts";
import { makeStringListDecoder } from "./string-list.ts";
import { makeUtf16Decoder } from "./utf16.ts";
import { makeUtf32Decoder } from "./utf32.ts";
import type { Decoder } from "./decoder.ts";

// Enough to tell a boundary.
const boundaryCharacters = 32;
// The longest placeholder, and what shows that a body is over.
const behindKey = 80;

// Fewer characters leave too few digits of base64 to search for.
const shortestInDigits = 4;

/** Whether text that leads to patterns is searched for in base64 too. */
export function readInDigits({ text, patterns }: KeyPrefix): boolean {
  return (
    text.length >= shortestInDigits &&
    patterns.some(({ isBeside, variant }) => !isBeside && variant.anchor === 0)
  );
}

/**
 * Makes every decoder, the plainest first: of two that show the same key the first one names it.
 *
 * What leads to patterns alone is read plain, in UTF-16 and in base64.
 *
 * @param isThorough whether it is read in base64 that began before it, too
 */
export function makeDecoders(
  prefixes: readonly KeyPrefix[],
  longestBody: number,
  isThorough = false,
): readonly Decoder[] {
  const own = prefixes.filter(({ formats }) => formats.length > 0);
  const inDigits = prefixes.filter((prefix) => prefix.formats.length > 0 || readInDigits(prefix));
  const longestKey = longestBody + Math.max(0, ...prefixes.map(({ text }) => text.length));
  const reach = longestKey + surroundingBytes + 1;
  const hasPatterns = own.length < prefixes.length;
  const plainReach = hasPatterns ? longestPattern + surroundingBytes + 1 : reach;
  const whole = {
    prefixes,
    search: makeByteSearch(prefixes),
    charactersBefore: reach,
    charactersAfter: reach,
  };
  const near = {
    prefixes: own,
    search: makeByteSearch(own),
    charactersBefore: boundaryCharacters,
    charactersAfter: longestKey + behindKey,
  };
  return [
    makePlainDecoder({ ...whole, charactersBefore: plainReach, charactersAfter: plainReach }),
    makeUtf16Decoder(whole),
    makeJoinedDecoder(near),
    makeEscapedDecoder(near),
    makeDigitDecoder(base64, { ...near, prefixes: inDigits, search: makeByteSearch(inDigits) }, isThorough),
    makeDigitDecoder(hex, near),
    makeUtf32Decoder(whole),
    makeNestedDecoder(
      makeDigitDecoder(base64, near),
      own.map(({ text }) => formsOf(text).twice),
      { name: "base64-twice", innerAfter: Math.ceil(((near.charactersAfter + 3) * 8) / 6) + 8 },
    ),
    makeNestedDecoder(
      makeUtf16Decoder(near),
      own.map(({ text }) => formsOf(text).wide),
      { name: "base64-of-utf-16", innerAfter: 2 * near.charactersAfter + 8 },
    ),
    makeStringListDecoder(near),
    makeCharacterCodeDecoder(near),
    makeHexdumpDecoder(near),
  ];
}
