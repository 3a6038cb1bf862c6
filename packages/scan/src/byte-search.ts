import { coverWithLiterals, literalCost } from "./literal-cover.ts";
import { makeGramSearch } from "./gram-search.ts";
import { makeLiteralSearch } from "./literal-search.ts";
import type { KeyPrefix } from "./key-prefix.ts";

/** Calls `visit` for every occurrence of a prefix: each once, in no particular order. */
export type PrefixSearch = (bytes: Buffer, visit: (start: number, prefix: KeyPrefix) => void) => void;

// Nanoseconds a byte that the gram filter takes however many prefixes there are (measured: 0.5 to 0.7).
const gramCost = 0.5;

/**
 * Picks the fastest way to find the prefixes.
 *
 * `Buffer.indexOf` runs at memory speed up to each occurrence of a literal's first byte, so a few short literals
 * that every prefix shares (`k_` for all built-in formats) beat everything. When no few literals cover the
 * prefixes, a filter over pairs of bytes costs the same for five prefixes and for five hundred.
 */
export function makePrefixSearch(prefixes: readonly KeyPrefix[]): PrefixSearch {
  if (prefixes.length === 0) return () => {};
  const literals = coverWithLiterals(prefixes);
  const cost = literals.reduce((sum, { text }) => sum + literalCost(text), 0);
  const shortest = Math.min(...prefixes.map(({ text }) => text.length));
  return cost <= gramCost || shortest < 3 ? makeLiteralSearch(literals) : makeGramSearch(prefixes);
}
