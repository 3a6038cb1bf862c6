import { isOfClass } from "@keywarden/key-format";
import { isTellingInWord } from "./boundary.ts";
import type { KeyPrefix, LedPattern } from "./key-prefix.ts";

const twoSeparators = /[^0-9A-Za-z].*[^0-9A-Za-z]/;

/** Whether everything that a text leads to is found only where no letter or digit stands before that text. */
export function standsApart({ text, formats, patterns }: KeyPrefix): boolean {
  return (
    formats.length === 0 &&
    isOfClass("base62", text.charCodeAt(0)) &&
    patterns.every((led) => !led.isBeside && led.variant.anchor === 0 && !isProvableInWord(led))
  );
}

/**
 * Whether a key of this spelling can be told behind letters: by its checksum, or where all its lengths are fixed and it
 * begins with two separators. Names of C++ are letters, digits and `_` of any length, so `ion_` says nothing there.
 */
export function isProvableInWord({ pattern: { checksum }, variant }: LedPattern): boolean {
  const { prefix, min, max } = variant;
  return isTellingInWord(prefix) && (checksum !== undefined || (min === max && twoSeparators.test(prefix)));
}
