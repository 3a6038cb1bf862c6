import { nearestWord } from "./nearest-word.ts";

/** ` Did you mean …?` for the word that is nearest, or nothing: the end of a sentence that refuses a word. */
export function didYouMean(word: string, known: readonly string[]): string {
  const nearest = nearestWord(word, known);
  return nearest === undefined ? "" : ` Did you mean ${nearest}?`;
}

/** The same, but where no word is near, all that are known: ` The hooks are …, ….` */
export function meantOrKnown(word: string, known: readonly string[], knownAs: string): string {
  const meant = didYouMean(word, known);
  return meant === "" ? ` The ${knownAs} are ${known.join(", ")}.` : meant;
}

/** Refuses the id of a provider: a sentence that every program says alike. */
export function unknownProvider(id: string, providers: Iterable<{ readonly id: string }>): string {
  const known = Array.from(providers, (provider) => provider.id);
  return `Unknown provider ${JSON.stringify(id)}.${meantOrKnown(id, known, "providers")}`;
}
