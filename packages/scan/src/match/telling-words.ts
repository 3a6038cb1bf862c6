import { packTexts, type PackedTexts, type ProviderProfile } from "@keywarden/key-format";

/** Lists what near a key says something about one of these providers: its id, its variables and hosts. */
export function listTellingWords(providers: readonly ProviderProfile[]): readonly string[] {
  const words = providers.flatMap(({ id, variables, hosts }) => [
    id,
    ...variables.map(({ name }) => name),
    ...hosts.map(({ host }) => host),
  ]);
  return [...new Set(words)];
}

const parted = "\n";
const shortest = 3;

/** Packs the words by their shapes; what is too short to be packed shows in any text. */
export function packWords(words: readonly string[]): PackedTexts {
  const byShape = Map.groupBy(
    words.filter((word) => shapeOf(word).length >= shortest),
    shapeOf,
  );
  return packTexts(new Map(Array.from(byShape, ([shape, some]) => [shape, some.join(parted)])));
}

/** Gives the words of a note of {@link packWords}. */
export const readWords = (note: string): readonly string[] => note.split(parted);

export const isTooShort = (word: string): boolean => shapeOf(word).length < shortest;

/** Gives the letters and digits of a text, in small letters: what a word and every spelling of it have in common. */
export const shapeOf = (text: string): string => text.replaceAll(/[^A-Za-z0-9]+/g, "").toLowerCase();
