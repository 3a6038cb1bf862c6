import { makeByteSearch } from "../byte-search.ts";
import type { KeyPrefix } from "../key-prefix.ts";
import { surroundingBytes } from "../surroundings.ts";
import { base64, hex } from "./digit-code.ts";
import { makeDigitView } from "./digits.ts";
import { makeEscapedView } from "./escaped.ts";
import { makeJoinedView } from "./joined.ts";
import { makePlainView } from "./plain.ts";
import { makeUtf16View } from "./utf16.ts";
import type { View } from "./view.ts";

// Enough to tell a boundary.
const boundaryCharacters = 32;
// The longest placeholder, and what shows that a body is over.
const behindKey = 80;

/** Makes every view, the plainest first: of two that show the same key the first one names it. */
export function makeViews(prefixes: readonly KeyPrefix[], longestBody: number): readonly View[] {
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
    makePlainView(whole),
    makeUtf16View(whole),
    makeJoinedView(near),
    makeEscapedView(near),
    makeDigitView(base64, near),
    makeDigitView(hex, near),
  ];
}
