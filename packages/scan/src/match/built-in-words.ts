import { providersOf, type PackedTexts } from "@keywarden/key-format";
import { listTellingWords, packWords } from "./telling-words.ts";

let made: PackedTexts | undefined;

/** Gives the packed words that tell of the built-in providers; a bundle holds what this makes. */
export function builtInWords(): PackedTexts {
  return (made ??= packWords(listTellingWords(providersOf([]).providers)));
}
