import type { Anchor, Decoder } from "../decoders/decoder.ts";
import { makeByteSearch } from "./byte-search.ts";
import { makeNeedleFinder } from "./needle-finder.ts";
import type { ByteSearch, Needle } from "./needle.ts";
import { mostSought } from "./pack-needles.ts";
import { anchorsWithin, type PackedAnchors, type PackedSearch } from "./packed-search.ts";

/** The beginning of an anchor: of longer ones, what is new is searched with so much on both sides. */
export interface SoughtAnchor extends Needle {
  readonly anchor: Anchor;
  /** Where its decoder stands among the decoders. */
  readonly decoder: number;
}

export interface AnchorSearch {
  readonly search: ByteSearch<SoughtAnchor>;
  /** The most bytes that are searched for. */
  readonly longest: number;
}

/**
 * Makes one search over the anchors of all decoders.
 *
 * @param packed the same anchors, where they are packed already: then a decoder is looked at when an anchor of it is met
 */
export function makeAnchorSearch(decoders: readonly Decoder[], packed: PackedSearch | null): AnchorSearch {
  if (packed !== null) {
    const search = makePackedSearch(decoders, packed);
    if (search !== null) return { search, longest: packed.longest };
  }
  const sought = [...soughtIn(decoders, false), ...soughtIn(decoders, true)];
  return {
    search: makeByteSearch(sought),
    longest: Math.max(0, ...sought.map(({ text }) => text.length)),
  };
}

const soughtOf = (anchor: Anchor, decoder: number): SoughtAnchor => ({
  text: anchor.text.slice(0, mostSought),
  anchor,
  decoder,
});

const soughtIn = (decoders: readonly Decoder[], isWide: boolean): readonly SoughtAnchor[] =>
  decoders.flatMap(({ anchors }, decoder) =>
    anchorsWithin(anchors, isWide).map((anchor) => soughtOf(anchor, decoder)),
  );

function makePackedSearch(
  decoders: readonly Decoder[],
  { plain, wide }: PackedSearch,
): ByteSearch<SoughtAnchor> | null {
  const search = makeGroupSearch(decoders, plain, false);
  if (search === null) return null;
  let searchWide: ByteSearch<SoughtAnchor> | null | undefined;
  return (bytes, visit) => {
    search(bytes, visit);
    if (!bytes.includes(0)) return;
    searchWide ??= makeGroupSearch(decoders, wide, true) ?? makeByteSearch(soughtIn(decoders, true));
    searchWide(bytes, visit);
  };
}

function makeGroupSearch(
  decoders: readonly Decoder[],
  { needles, counts }: PackedAnchors,
  isWide: boolean,
): ByteSearch<SoughtAnchor> | null {
  const finder = makeNeedleFinder(needles);
  if (finder === null) return null;
  const known: (SoughtAnchor | undefined)[] = Array.from({ length: needles.sizes.length });
  const learn = (needle: number): SoughtAnchor | undefined => {
    let first = 0;
    for (const [decoder, count] of counts.entries()) {
      if (needle < first + count) {
        const anchors = anchorsWithin(decoders[decoder]?.anchors ?? [], isWide);
        for (const [at, anchor] of anchors.entries()) known[first + at] = soughtOf(anchor, decoder);
        break;
      }
      first += count;
    }
    return known[needle];
  };
  return (bytes, visit) =>
    finder.find(bytes, (start, needle) => {
      const sought = known[needle] ?? learn(needle);
      if (sought !== undefined) visit(start, sought);
    });
}
