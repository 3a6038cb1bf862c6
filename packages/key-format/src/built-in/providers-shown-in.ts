import type { ProviderProfile } from "../profile.ts";
import { providersOf } from "../providers/providers-of.ts";
import { builtInPrefixes } from "./built-in-prefixes.ts";
import { findTexts } from "./packed-texts.ts";

// Making what hides the keys of all takes as long as this many looks.
const fewCharacters = 16 * 1024;
const mostOwn = 64;

interface Looks {
  characters: number;
  /** By the positions of the built-in ones among them. */
  readonly shown: Map<string, readonly ProviderProfile[]>;
}

const looks = new WeakMap<readonly ProviderProfile[], Looks>();

/**
 * Gives of these providers at least those of which a key's beginning stands in the text; all where many texts were asked
 * about, or where they are not the built-in ones with a user's own behind them.
 */
export function providersShownIn(
  text: string,
  providers: readonly ProviderProfile[],
): readonly ProviderProfile[] {
  const known = looks.get(providers) ?? {
    characters: beginsBuiltIn(providers) ? 0 : Infinity,
    shown: new Map(),
  };
  looks.set(providers, known);
  known.characters += text.length;
  if (known.characters > fewCharacters) return providers;
  const positions = new Set<number>();
  findTexts(text, builtInPrefixes(), (_at, _prefix, note) => {
    for (const position of note.split(",")) positions.add(Number(position));
  });
  const id = [...positions].sort((one, other) => one - other).join();
  const { length } = providersOf([]).providers;
  const shown = known.shown.get(id) ?? providers.filter((_, at) => at >= length || positions.has(at));
  known.shown.set(id, shown);
  return shown;
}

/** Whether the list begins with every built-in provider, and has few others behind these. */
export function beginsBuiltIn(providers: readonly ProviderProfile[]): boolean {
  const builtIn = providersOf([]).providers;
  if (providers === builtIn) return true;
  const { length } = builtIn;
  return (
    providers.length >= length &&
    providers.length <= length + mostOwn &&
    builtIn.every((provider, at) => provider === providers[at])
  );
}
