import { nearestWord } from "@keywarden/key-format";

/** ` Did you mean …?` for the word that is nearest, or nothing: the end of a sentence that refuses a word. */
export function didYouMean(word: string, known: readonly string[]): string {
  const nearest = nearestWord(word, known);
  return nearest === undefined ? "" : ` Did you mean ${nearest}?`;
}
