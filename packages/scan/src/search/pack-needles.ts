import { makeGramMasks } from "./gram-masks.ts";
import { wordShare } from "./word-share.ts";

/** Texts in a form that a search begins with at once: what takes time to choose is chosen. */
export interface PackedNeedles {
  /** The first {@link mostSought} characters of each text, one character a byte, in a row. */
  readonly texts: string;
  /** How many characters these are of each text, as the code of a character. */
  readonly sizes: string;
  /** Where the first of the two words begins that are looked for of a text of four characters or more, likewise. */
  readonly offsets: string;
  /** The masks for texts of three characters, likewise. */
  readonly masks: string;
  /** How many words are looked for; one of which not every byte is known counts for as many as it may be. */
  readonly wordCount: number;
}

/** How many bytes of a text a search compares. */
export const mostSought = 24;
const shortestWithWords = 4;
// Of a word's last byte only the lower half is a part of its slot.
const slotsOfPart = 16;

/** Packs texts of three characters or more. */
export function packNeedles(texts: readonly string[]): PackedNeedles {
  const sought = texts.map((text) => text.slice(0, mostSought));
  const grams = new Set<number>();
  let wordCount = 0;
  const offsets = sought.map((text) => {
    const bytes = Buffer.from(text, "latin1");
    if (bytes.length < shortestWithWords) {
      grams.add((bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8) | ((bytes[2] ?? 0) << 16));
      return 0;
    }
    const first = rarestOffset(bytes);
    wordCount += 1 + (first + 1 + shortestWithWords > bytes.length ? slotsOfPart : 1);
    return first;
  });
  return {
    texts: sought.join(""),
    sizes: charactersOf(sought.map(({ length }) => length)),
    offsets: charactersOf(offsets),
    masks: grams.size === 0 ? "" : charactersOf([...makeGramMasks([...grams])]),
    wordCount,
  };
}

const charactersOf = (codes: readonly number[]): string =>
  codes.map((code) => String.fromCharCode(code)).join("");

/** Gives the first of two offsets whose words source text has the least of: `live` is everywhere, `sk_l` is not. */
function rarestOffset(bytes: Uint8Array): number {
  let best = 0;
  let least = Infinity;
  let own = wordShare(bytes, 0);
  for (let first = 0; first + shortestWithWords + 1 <= bytes.length; first += 1) {
    const next = wordShare(bytes, first + 1);
    if (own + next < least) [best, least] = [first, own + next];
    own = next;
  }
  return best;
}
