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

// A private key of RSA with 4096 bits in PEM: `client-key-data` of a kubeconfig, or what CI keeps in a variable.
const longestBlock = 3600;

const leadsToBlock = ({ patterns, formats }: KeyPrefix): boolean =>
  formats.length === 0 && patterns.some(({ pattern }) => pattern.structure === "pem");

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
  const parts = partsOf(prefixes, longestBody, isThorough);
  return [...decoderMakers, ...(isThorough ? looseMakers : [])].map((make) => make(parts));
}

/** Makes the thorough ones, each when anything of it is first asked for. */
export function makeThoroughDecoders(
  prefixes: () => readonly KeyPrefix[],
  longestBody: number,
): readonly Decoder[] {
  let known: DecoderParts | undefined;
  const parts = (): DecoderParts => (known ??= partsOf(prefixes(), longestBody, true));
  return [...decoderMakers, ...looseMakers].map((make) => whenAsked(() => make(parts())));
}

function whenAsked(make: () => Decoder): Decoder {
  let made: Decoder | undefined;
  const decoder = (): Decoder => (made ??= make());
  return {
    get anchors() {
      return decoder().anchors;
    },
    get reachBytes() {
      return decoder().reachBytes;
    },
    read: (bytes, hits, visit) => decoder().read(bytes, hits, visit),
  };
}

/** What decoders are made of: all prefixes, or those of one sort. */
interface DecoderParts {
  readonly whole: DecoderOptions;
  readonly plain: DecoderOptions;
  readonly near: DecoderOptions;
  readonly inDigits: DecoderOptions;
  /** What leads to keys of many lines, which are longer than any other. */
  readonly blocks: DecoderOptions;
  /** What leads to patterns alone, and may begin their keys. */
  readonly led: DecoderOptions;
  readonly isThorough: boolean;
}

function partsOf(prefixes: readonly KeyPrefix[], longestBody: number, isThorough: boolean): DecoderParts {
  const own = prefixes.filter(({ formats }) => formats.length > 0);
  const isInDigits = isThorough ? ({ patterns }: KeyPrefix) => patterns.some(beginsKey) : readInDigits;
  const allInDigits = prefixes.filter((prefix) => prefix.formats.length > 0 || isInDigits(prefix));
  const inDigits = allInDigits.filter((prefix) => !leadsToBlock(prefix));
  const blocks = allInDigits.filter(leadsToBlock);
  const led = prefixes.filter(({ formats, patterns }) => formats.length === 0 && patterns.some(beginsKey));
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
  return {
    whole,
    plain: { ...whole, charactersBefore: plainReach, charactersAfter: plainReach },
    near,
    inDigits: { ...near, prefixes: inDigits, search: makeByteSearch(inDigits) },
    blocks: {
      ...near,
      prefixes: blocks,
      search: makeByteSearch(blocks),
      charactersAfter: longestBlock,
    },
    led: { ...near, prefixes: led, search: makeByteSearch(led) },
    isThorough,
  };
}

type MakeDecoder = (parts: DecoderParts) => Decoder;

const decoderMakers: readonly MakeDecoder[] = [
  ({ plain }) => makePlainDecoder(plain),
  ({ whole }) => makeUtf16Decoder(whole),
  ({ near }) => makeJoinedDecoder(near),
  ({ near }) => makeEscapedDecoder(near),
  ({ inDigits, isThorough }) => makeDigitDecoder(base64, inDigits, isThorough),
  ({ blocks, isThorough }) => makeDigitDecoder(base64, blocks, isThorough),
  ({ near }) => makeDigitDecoder(hex, near),
  ({ whole }) => makeUtf32Decoder(whole),
  ({ near }) =>
    makeNestedDecoder(
      makeDigitDecoder(base64, near),
      anchorsOf(near.prefixes.map(({ text }) => formsOf(text).twice)),
      { name: "base64-twice", innerAfter: innerOfBase64(near) },
    ),
  ({ near }) =>
    makeNestedDecoder(
      makeUtf16Decoder(near),
      anchorsOf(near.prefixes.map(({ text }) => formsOf(text).wide)),
      { name: "base64-of-utf-16", innerAfter: innerOfUtf16(near) },
    ),
  ({ near }) => makeStringListDecoder(near),
  ({ near }) => makeCharacterCodeDecoder(near),
  ({ near }) => makeHexdumpDecoder(near),
];

/** Those of what leads to patterns alone: hundreds of texts, so few of their anchors spell one. */
const looseMakers: readonly MakeDecoder[] = [
  ({ led }) => makeLooseJoinedDecoder(led),
  ({ led }) => makeLooseEscapedDecoder(led),
  ({ led }) => makeDigitDecoder(hex, led),
  ({ led }) => {
    const inDigits = led.prefixes.filter(readInDigits);
    return makeNestedDecoder(
      makeDigitDecoder(base64, { ...led, prefixes: inDigits }, true),
      anchorsOf(inDigits.map(({ text }) => looseTwiceForms(text))),
      { name: "base64-twice", innerAfter: innerOfBase64(led) },
    );
  },
  ({ led }) =>
    makeNestedDecoder(makeUtf16Decoder(led), looseWideAnchors(), {
      name: "base64-of-utf-16",
      innerAfter: innerOfUtf16(led),
    }),
  ({ led }) => makeLooseStringListDecoder(led),
  ({ led }) => makeLooseCharacterCodeDecoder(led),
  ({ led }) => makeLooseHexdumpDecoder(led),
];

type Reach = Pick<DecoderOptions, "charactersAfter">;
const innerOfBase64 = ({ charactersAfter }: Reach): number => Math.ceil(((charactersAfter + 3) * 8) / 6) + 8;
const innerOfUtf16 = ({ charactersAfter }: Reach): number => 2 * charactersAfter + 8;
