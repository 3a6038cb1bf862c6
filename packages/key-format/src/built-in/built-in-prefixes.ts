import type { ProviderProfile } from "../profile.ts";
import { providersOf } from "../providers/providers-of.ts";
import { leadSize } from "../pattern/redact-patterns.ts";
import { packTexts, type PackedTexts } from "./packed-texts.ts";

let made: PackedTexts | undefined;

/**
 * Gives what the keys of the built-in providers begin with that are hidden where they stand in a text, each with the positions
 * of its providers in the list of all. A bundle holds what this makes.
 */
export function builtInPrefixes(): PackedTexts {
  return (made ??= packTexts(positionsOf(providersOf([]).providers)));
}

function positionsOf(providers: readonly ProviderProfile[]): ReadonlyMap<string, string> {
  const positions = new Map<string, string>();
  for (const [position, provider] of providers.entries()) {
    for (const prefix of redactedPrefixes(provider)) {
      const before = positions.get(prefix);
      positions.set(prefix, before === undefined ? String(position) : `${before},${position}`);
    }
  }
  return positions;
}

function redactedPrefixes({ formats, patterns = [] }: ProviderProfile): ReadonlySet<string> {
  const ofPatterns = patterns.flatMap(({ variants }) => variants.map(({ prefix }) => prefix));
  return new Set([
    ...formats.map(({ prefix }) => prefix),
    ...ofPatterns.filter((prefix) => prefix.length >= leadSize),
  ]);
}
