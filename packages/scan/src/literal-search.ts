import type { ByteSearch, Needle } from "./byte-search.ts";
import { startsAt } from "./starts-at.ts";
import type { Literal } from "./literal-cover.ts";

/** Makes a search that runs `Buffer.indexOf` once for each literal and verifies the needles around its hits. */
export function makeLiteralSearch<Sought extends Needle>(
  literals: readonly Literal<Sought>[],
): ByteSearch<Sought> {
  const covers = literals.map(({ text, needles }) => ({ literal: Buffer.from(text, "latin1"), needles }));
  return (bytes, visit) => {
    for (const { literal, needles } of covers) {
      for (let hit = bytes.indexOf(literal); hit !== -1; hit = bytes.indexOf(literal, hit + 1)) {
        for (const { needle, offset } of needles) {
          if (startsAt(bytes, hit - offset, needle.bytes)) visit(hit - offset, needle);
        }
      }
    }
  };
}
