import type { AnchorForm } from "./anchor-form.ts";
import { escapeSyntaxes, type EscapeSyntax } from "../escape-syntax.ts";

// Verifying a longer anchor would tell nothing that decoding does not.
const longestAnchor = 16;

/** Derives the forms of a prefix for encoders that escape all but letters and digits, and for those that escape everything. */
export function escapedForms(prefix: string): readonly AnchorForm[] {
  const texts = new Set<string>();
  for (const syntax of escapeSyntaxes) {
    for (const spelling of spellings(syntax, prefix)) texts.add(spelling.slice(0, longestAnchor));
  }
  return Array.from(texts, (text) => [text, 0]);
}

function* spellings(syntax: EscapeSyntax, text: string): Generator<string> {
  const characters = Array.from(text, (character) => ({
    character,
    isPlain: /[0-9A-Za-z]/.test(character),
    ways: syntax.spell(character.charCodeAt(0)),
  }));
  const most = Math.max(...characters.map(({ ways }) => ways.length));
  for (let way = 0; way < most; way += 1) {
    for (const isFull of way < syntax.waysToSpellAll ? [false, true] : [false]) {
      const spelled = characters.map(({ character, isPlain, ways }) =>
        isPlain && !isFull ? character : (ways[way] ?? character),
      );
      if (spelled.join("") !== text) yield spelled.join("");
    }
  }
}
