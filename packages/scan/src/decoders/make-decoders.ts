import { makeByteSearch } from "../search/byte-search.ts";
import type { KeyPrefix, LedPattern } from "../match/key-prefix.ts";
import { longestPattern } from "../match/pattern-candidate.ts";
import { surroundingBytes } from "../match/surroundings.ts";
import { base64, hex } from "./digit-code.ts";
import { makeDigitDecoder } from "./digits.ts";
import { makeLooseEscapedDecoder, makeEscapedDecoder } from "./escaped.ts";
import { makeLooseJoinedDecoder, makeJoinedDecoder } from "./joined.ts";
import { anchorsOf, formsOf } from "./forms/anchor-forms.ts";
import { looseTwiceForms, looseWideAnchors } from "./forms/nested-forms.ts";
import { makeLooseCharacterCodeDecoder, makeCharacterCodeDecoder } from "./character-codes.ts";
import { makeLooseHexdumpDecoder, makeHexdumpDecoder } from "./hexdump.ts";
import { makeNestedDecoder } from "./nested.ts";
import { makePlainDecoder } from "./plain.ts";
import { makeLooseStringListDecoder, makeStringListDecoder } from "./string-list.ts";
import { makeUtf16Decoder } from "./utf16.ts";
import { makeUtf32Decoder } from "./utf32.ts";
import type { Decoder, DecoderOptions } from "./decoder.ts";

// Enough to tell a boundary.
const boundaryCharacters = 32;
// The longest placeholder, and what shows that a body is over.
const behindKey = 80;

// Fewer characters leave too few digits of base64 to search for.
const shortestInDigits = 4;

/** Whether text that leads to patterns is searched for in base64 too. */
export function readInDigits({ text, patterns }: KeyPrefix): boolean {
  return text.length >= shortestInDigits && patterns.some(beginsKey);
}

const beginsKey = ({ isBeside, variant }: LedPattern): boolean => !isBeside && variant.anchor === 0;

/**
 * Makes every decoder, the plainest first: of two that show the same key the first one names it.
 *
 * What leads to patterns alone is read plain, in UTF-16, in UTF-32 and in base64.
 *
 * @param isThorough whether it is read in every other form and in base64 that began before it, too
 */
export function makeDecoders(
  prefixes: readonly KeyPrefix[],
  longestBody: number,
  isThorough = false,
): readonly Decoder[] {
  const own = prefixes.filter(({ formats }) => formats.length > 0);
  const isInDigits = isThorough ? ({ patterns }: KeyPrefix) => patterns.some(beginsKey) : readInDigits;
  const inDigits = prefixes.filter((prefix) => prefix.formats.length > 0 || isInDigits(prefix));
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
    makeNestedDecoder(makeDigitDecoder(base64, near), anchorsOf(own.map(({ text }) => formsOf(text).twice)), {
      name: "base64-twice",
      innerAfter: innerOfBase64(near),
    }),
    makeNestedDecoder(makeUtf16Decoder(near), anchorsOf(own.map(({ text }) => formsOf(text).wide)), {
      name: "base64-of-utf-16",
      innerAfter: innerOfUtf16(near),
    }),
    makeStringListDecoder(near),
    makeCharacterCodeDecoder(near),
    makeHexdumpDecoder(near),
    ...(isThorough ? makeLooseDecoders(prefixes, near) : []),
  ];
}

/** Makes the decoders of what leads to patterns alone: hundreds of texts, so few of their anchors spell one. */
function makeLooseDecoders(
  prefixes: readonly KeyPrefix[],
  options: Omit<DecoderOptions, "prefixes" | "search">,
): readonly Decoder[] {
  const led = prefixes.filter(({ formats, patterns }) => formats.length === 0 && patterns.some(beginsKey));
  const inDigits = led.filter(readInDigits);
  const near = { ...options, prefixes: led, search: makeByteSearch(led) };
  const nearDigits = { ...near, prefixes: inDigits };
  return [
    makeLooseJoinedDecoder(near),
    makeLooseEscapedDecoder(near),
    makeDigitDecoder(hex, near),
    makeNestedDecoder(
      makeDigitDecoder(base64, nearDigits, true),
      anchorsOf(inDigits.map(({ text }) => looseTwiceForms(text))),
      { name: "base64-twice", innerAfter: innerOfBase64(options) },
    ),
    makeNestedDecoder(makeUtf16Decoder(near), looseWideAnchors(), {
      name: "base64-of-utf-16",
      innerAfter: innerOfUtf16(options),
    }),
    makeLooseStringListDecoder(near),
    makeLooseCharacterCodeDecoder(near),
    makeLooseHexdumpDecoder(near),
  ];
}

type Reach = Pick<DecoderOptions, "charactersAfter">;
const innerOfBase64 = ({ charactersAfter }: Reach): number => Math.ceil(((charactersAfter + 3) * 8) / 6) + 8;
const innerOfUtf16 = ({ charactersAfter }: Reach): number => 2 * charactersAfter + 8;
