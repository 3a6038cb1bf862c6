import type { ProviderProfile } from "../profile.ts";
import { builtInPrefixes } from "./built-in-prefixes.ts";
import { ownBesideBuiltIn } from "./own-beside-built-in.ts";
import { findTexts } from "./packed-texts.ts";

// Making what hides the keys of all takes as long as this many looks.
const fewCharacters = 16 * 1024;

interface Looks {
  characters: number;
  /** How many of the providers are a user's own; `null` where they do not stand beside all built-in ones. */
  readonly ownCount: number | null;
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
    characters: 0,
    ownCount: ownBesideBuiltIn(providers)?.length ?? null,
    shown: new Map<string, readonly ProviderProfile[]>(),
  };
  looks.set(providers, known);
  known.characters += text.length;
  if (known.ownCount === null || known.characters > fewCharacters) return providers;
  const positions = new Set<number>();
  findTexts(text, builtInPrefixes(), (_at, _prefix, note) => {
    for (const position of note.split(",")) positions.add(Number(position));
  });
  const id = [...positions].sort((one, other) => one - other).join();
  const builtInCount = providers.length - known.ownCount;
  const shown = known.shown.get(id) ?? providers.filter((_, at) => at >= builtInCount || positions.has(at));
  known.shown.set(id, shown);
  return shown;
}
