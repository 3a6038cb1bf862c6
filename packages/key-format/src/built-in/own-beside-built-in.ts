import type { ProviderProfile } from "../profile.ts";
import { providersOf } from "../providers/providers-of.ts";

const mostOwn = 64;

/**
 * Gives the few providers that a list has behind every built-in one, in their order; `null` of any other list. A bundle
 * that never searches for all of the built-in ones holds neither this nor what is packed of them.
 */
export function ownBesideBuiltIn(providers: readonly ProviderProfile[]): readonly ProviderProfile[] | null {
  const builtIn = providersOf([]).providers;
  if (providers === builtIn) return [];
  const own = providers.slice(builtIn.length);
  const isBesideAll =
    own.length <= mostOwn && builtIn.every((provider, position) => provider === providers[position]);
  return isBesideAll ? own : null;
}
