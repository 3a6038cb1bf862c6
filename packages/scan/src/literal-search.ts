import type { PrefixSearch } from "./byte-search.ts";
import { startsAt } from "./starts-at.ts";
import type { Literal } from "./literal-cover.ts";

/** Makes a search that runs `Buffer.indexOf` once for each literal and verifies the prefixes around its hits. */
export function makeLiteralSearch(literals: readonly Literal[]): PrefixSearch {
  const needles = literals.map(({ text, prefixes }) => ({ needle: Buffer.from(text, "latin1"), prefixes }));
  return (bytes, visit) => {
    for (const { needle, prefixes } of needles) {
      for (let hit = bytes.indexOf(needle); hit !== -1; hit = bytes.indexOf(needle, hit + 1)) {
        for (const { prefix, offset } of prefixes) {
          if (startsAt(bytes, hit - offset, prefix.bytes)) visit(hit - offset, prefix);
        }
      }
    }
  };
}
