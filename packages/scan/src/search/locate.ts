import { makeByteSearch } from "./byte-search.ts";
import type { Needle } from "./needle.ts";
import type { Anchor, Hit, Reading, Decoder } from "../decoders/decoder.ts";

/** What can be read at one location, in the order of the decoders. */
export type Readings = readonly [Reading, ...Reading[]];

/** The hits of each decoder, in the order of the decoders; empty when no decoder has any. */
export type HitsByDecoder = readonly (readonly Hit[] | undefined)[];

export interface Locate {
  /** Finds every anchor; the hits of a decoder are ordered by offset. */
  findHits(bytes: Buffer): HitsByDecoder;
  /** Collects what the decoders see at their hits, ordered by offset. */
  readHits(bytes: Buffer, hits: HitsByDecoder): readonly Readings[];
}

interface Sought extends Needle {
  readonly anchor: Anchor;
  readonly decoder: number;
}

/** Makes one search over the anchors of all decoders. */
export function makeLocate(decoders: readonly Decoder[]): Locate {
  const sought = decoders.flatMap(({ anchors }, decoder) =>
    anchors.map((anchor): Sought => ({ text: anchor.text, anchor, decoder })),
  );
  const search = makeByteSearch(sought);
  return {
    findHits: (bytes) => {
      const hits: (Hit[] | undefined)[] = [];
      search(bytes, (start, { anchor, decoder }) => {
        if (anchor.suits?.(bytes, start) === false) return;
        (hits[decoder] ??= []).push({ start, anchor });
      });
      for (const some of hits) some?.sort((one, other) => one.start - other.start);
      return hits;
    },
    readHits: (bytes, hits) => readHits(decoders, hits, bytes),
  };
}

function readHits(decoders: readonly Decoder[], hits: HitsByDecoder, bytes: Buffer): readonly Readings[] {
  const locations = new Map<number, Reading[]>();
  for (const [index, decoder] of decoders.entries()) {
    const own = hits[index] ?? [];
    if (own.length === 0) continue;
    decoder.read(bytes, own, (reading) => {
      const offset = reading.offsetOf(reading.start);
      const known = locations.get(offset);
      if (known === undefined) locations.set(offset, [reading]);
      else known.push(reading);
    });
  }
  return Array.from(locations)
    .sort(([one], [other]) => one - other)
    .flatMap(([, [first, ...more]]) => (first === undefined ? [] : [longestPrefixes([first, ...more])]));
}

// `sk_live_` explains more of the text than a user's own `sk_` does. A pattern explains nothing before it is whole.
function longestPrefixes(readings: Readings): Readings {
  if (readings.length === 1) return readings;
  const sizes = readings.map(({ prefix }) => (prefix.formats.length === 0 ? 0 : prefix.text.length));
  const longest = Math.max(...sizes);
  const [first = readings[0], ...more] = readings.filter(
    ({ prefix }, index) => prefix.formats.length === 0 || sizes[index] === longest,
  );
  return [first, ...more];
}
