import { classCharacters, isLiteral } from "@keywarden/key-format";
import type { PatternPart, ProviderProfile } from "@keywarden/key-format";
import { base64 } from "../decoders/digit-code.ts";
import { unwrappedFormsOf } from "../decoders/forms/anchor-forms.ts";
import { groupByPrefix, type LedPattern } from "../match/key-prefix.ts";
import { standsApart } from "../match/stands-apart.ts";
import { readInDigits } from "../decoders/make-decoders.ts";

/** One character of a text that is searched for, or what stands between the brackets of an expression for several. */
export type PrefilterPiece = string;

export interface PrefilterPattern {
  readonly pieces: readonly PrefilterPiece[];
  /** Whether it counts only behind one of the left boundaries. */
  readonly standsApart: boolean;
}

// More says nothing that the search for a key has to know.
const mostPieces = 18;
const mostBefore = 6;

/**
 * Lists what every key that a pattern accepts shows in the bytes that hold it, as sequences of characters and classes
 * (such as `0-9a-f`): bytes that hold none of them, and none of the prefilter literals, hold no key.
 */
export function listPrefilterPatterns(providers: readonly ProviderProfile[]): readonly PrefilterPattern[] {
  const led = groupByPrefix(providers).filter(({ patterns }) => patterns.length > 0);
  if (led.length === 0) return [];
  const plain = led.flatMap((prefix) =>
    prefix.patterns.map((pattern) => ({
      pieces: piecesOf(prefix.text, pattern),
      standsApart: standsApart(prefix),
    })),
  );
  const inDigits = led
    .filter(readInDigits)
    .flatMap(({ text }) => unwrappedFormsOf(base64, text).map(([digits]) => Array.from(digits)));
  const anywhere = [...inDigits, wideText, widerText].map((pieces) => ({ pieces, standsApart: false }));
  const all = [...plain, ...anywhere].map((pattern) => ({ ...pattern, pieces: untilRare(pattern.pieces) }));
  return [...new Map(all.map((pattern) => [JSON.stringify(pattern), pattern])).values()];
}

// What is searched for costs by its length, so it ends where other text hardly ever gets to.
function untilRare(pieces: readonly PrefilterPiece[]): readonly PrefilterPiece[] {
  let rarity = 0;
  for (const [index, piece] of pieces.slice(0, mostPieces).entries()) {
    rarity += rarityOf(piece);
    const isInWord = index < longestWord && pieces[index + 1]?.length === 1;
    if (rarity >= rare && index + 1 >= fewestPieces && !isInWord) return pieces.slice(0, index + 1);
  }
  return pieces.slice(0, mostPieces);
}

const rare = 26;
const longestWord = 10;
const fewestPieces = 6;

// In bits, roughly, of what people commit.
function rarityOf(piece: PrefilterPiece): number {
  if (piece.length === 1) return /[a-z]/.test(piece) ? 4 : 6;
  return /a-[k-z]/.test(piece) || piece === "!-~" ? 0.3 : piece.includes("a-f") ? 1.5 : 3;
}

// Text in UTF-16, whatever it says: nobody commits much of it.
const wideText: readonly PrefilterPiece[] = Array.from({ length: 16 }, (_, index) =>
  index % 2 === 0 ? "!-~" : "\0",
);

// The same in UTF-32.
const widerText: readonly PrefilterPiece[] = Array.from({ length: 16 }, (_, index) =>
  index % 4 === 0 ? "!-~" : "\0",
);

function piecesOf(text: string, { variant, isBeside }: LedPattern): readonly PrefilterPiece[] {
  if (isBeside) return Array.from(text);
  const { parts, anchor } = variant;
  const before = parts[anchor - 1];
  const lead = before === undefined || isLiteral(before) ? [] : runPieces(before, mostBefore);
  const pieces: PrefilterPiece[] = [...lead];
  for (const part of parts.slice(anchor)) {
    pieces.push(...(isLiteral(part) ? Array.from(part.literal) : runPieces(part, mostPieces)));
    // Behind a run of several lengths anything may stand.
    if (!isLiteral(part) && part.min !== part.max) break;
  }
  return pieces;
}

function runPieces(part: PatternPart, most: number): readonly PrefilterPiece[] {
  if (isLiteral(part)) return [];
  const piece = bracketOf(classCharacters(part.characters));
  return Array.from({ length: Math.min(most, part.min) }, () => piece);
}

// Ranges where characters follow each other; a hyphen stands last, where a bracket expression takes it for itself.
function bracketOf(characters: string): PrefilterPiece {
  const codes = Array.from(characters, (character) => character.charCodeAt(0)).sort(
    (one, other) => one - other,
  );
  let text = "";
  for (let index = 0; index < codes.length;) {
    let last = index;
    while ((codes[last + 1] ?? 0) === (codes[last] ?? 0) + 1) last += 1;
    const [first, end] = [String.fromCharCode(codes[index] ?? 0), String.fromCharCode(codes[last] ?? 0)];
    text += last - index > 1 ? `${first}-${end}` : first === end ? first : first + end;
    index = last + 1;
  }
  return characters.includes("-") ? `${text}-` : text;
}
