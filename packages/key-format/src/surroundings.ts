import { placeholderWords } from "./placeholder/placeholder-words.ts";
import type { ProviderProfile } from "./profile.ts";

/** The weights of the text near a key (key-formats.md §11.3). */
const surroundingWeights = { variable: 35, genericVariable: 5, name: 25, host: 35 } as const;

/** What the variables and hosts near a key say for a provider: weights and sentences; empty when they say nothing. */
export function findSurroundings(
  provider: ProviderProfile,
  near: {
    providers: readonly ProviderProfile[];
    variables?: readonly string[];
    hosts?: readonly string[];
  },
): readonly (readonly [score: number, sentence: string])[] {
  return [
    ...findVariable(provider, near.variables ?? [], near.providers),
    ...findHost(provider, near.hosts ?? []),
  ];
}

function findVariable(
  provider: ProviderProfile,
  names: readonly string[],
  providers: readonly ProviderProfile[],
): readonly (readonly [number, string])[] {
  const near = names.map(inSnakeCase);
  for (const { name } of provider.variables) {
    const wanted = inSnakeCase(name);
    if (isGeneric(name, providers)) {
      if (near.includes(wanted))
        return [[surroundingWeights.genericVariable, `${name} is nearby, a common name`]];
    } else if (near.some((candidate) => `_${candidate}_`.includes(`_${wanted}_`))) {
      return [[surroundingWeights.variable, `${name} is nearby`]];
    }
  }
  // A field that is called example speaks for a placeholder, not for the provider of that name.
  if (placeholderWords.has(provider.id)) return [];
  const id = inSnakeCase(provider.id);
  const named = near.some((candidate) => `_${candidate}_`.includes(`_${id}_`));
  return named ? [[surroundingWeights.name, `a name nearby holds ${provider.id}`]] : [];
}

function findHost(
  provider: ProviderProfile,
  hosts: readonly string[],
): readonly (readonly [number, string])[] {
  for (const { host } of provider.hosts) {
    const found = hosts.some((near) => {
      const candidate = near.toLowerCase().replace(/\.$/, "");
      return candidate === host || candidate.endsWith(`.${host}`);
    });
    if (found) return [[surroundingWeights.host, `${host} is nearby`]];
  }
  return [];
}

// API_KEY is the end of AFORO_API_KEY: a name that others only specialise says little.
function isGeneric(name: string, providers: readonly ProviderProfile[]): boolean {
  const ending = `_${name}`;
  return providers.some(({ variables }) => variables.some((other) => other.name.endsWith(ending)));
}

function inSnakeCase(name: string): string {
  return name
    .slice(0, 256)
    .replace(/([0-9a-z])([A-Z])/g, "$1_$2")
    .replace(/[^0-9A-Za-z]+/g, "_")
    .toUpperCase();
}
