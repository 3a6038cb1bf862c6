import { builtInProviders, defineProvider, keywarden, type ProviderProfile } from "@keywarden/key-format";
import type { Case } from "./read-vectors.ts";

/** The providers that a case asks: the built-in ones or some of them, and then its own. */
export function providersFor(vector: Case): readonly ProviderProfile[] {
  const { only, define = [] } = vector;
  const own = define.map((input) => {
    const definition = defineProvider(input);
    if (!definition.ok) throw new Error(JSON.stringify(definition.problems));
    return definition.provider;
  });
  // The vectors pin the rules, and whose keys the catalogue knows is none of them.
  const described: readonly ProviderProfile[] = [...builtInProviders, keywarden];
  return [...described.filter(({ id }) => only === undefined || only.includes(id)), ...own];
}
