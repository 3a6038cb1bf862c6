import { nearestWord } from "./nearest-word.ts";

/** ` Did you mean …?` for the word that is nearest, or `otherwise`: the end of a sentence that refuses a word. */
export function didYouMean(word: string, known: readonly string[], otherwise = ""): string {
  return askIfMeant(nearestWord(word, known), otherwise);
}

/** The same for what the caller knows to be near. */
export function askIfMeant(nearest: string | undefined, otherwise = ""): string {
  return nearest === undefined ? otherwise : ` Did you mean ${nearest}?`;
}

/** The same as the end of one line of a list of problems: `; did you mean "…"?`, or `; ` and `otherwise`. */
export function suggest(nearest: string | undefined, otherwise?: string): string {
  if (nearest !== undefined) return `; did you mean ${JSON.stringify(nearest)}?`;
  return otherwise === undefined ? "" : `; ${otherwise}`;
}

/** The same, but where no word is near, all that are known: ` The hooks are …, ….` */
export function meantOrKnown(word: string, known: readonly string[], knownAs: string): string {
  return didYouMean(word, known, ` The ${knownAs} are ${known.join(", ")}.`);
}

/** Refuses the id of a provider: a sentence that every program says alike. */
export function unknownProvider(id: string, providers: Iterable<{ readonly id: string }>): string {
  const known = Array.from(providers, (provider) => provider.id);
  return `Unknown provider ${JSON.stringify(id)}.${meantOrKnown(id, known, "providers")}`;
}
