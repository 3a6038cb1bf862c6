import { makeByteSearch, type Needle } from "./byte-search.ts";
import type { Anchor, Hit, Reading, View } from "./views/view.ts";

/** What can be read at one place, in the order of the views. */
export type Readings = readonly [Reading, ...Reading[]];

/** The hits of each view, in the order of the views; empty when no view has any. */
export type HitsByView = readonly (readonly Hit[] | undefined)[];

export interface Locate {
  /** Finds every anchor; the hits of a view are ordered by offset. */
  findHits(bytes: Buffer): HitsByView;
  /** Collects what the views see at their hits, ordered by offset. */
  readHits(bytes: Buffer, hits: HitsByView): readonly Readings[];
}

interface Sought extends Needle {
  readonly anchor: Anchor;
  readonly view: number;
}

/** Makes one search over the anchors of all views. */
export function makeLocate(views: readonly View[]): Locate {
  const sought = views.flatMap(({ anchors }, view) =>
    anchors.map((anchor): Sought => ({ text: anchor.text, anchor, view })),
  );
  const search = makeByteSearch(sought);
  return {
    findHits: (bytes) => {
      const hits: (Hit[] | undefined)[] = [];
      search(bytes, (start, { anchor, view }) => {
        (hits[view] ??= []).push({ start, anchor });
      });
      for (const some of hits) some?.sort((one, other) => one.start - other.start);
      return hits;
    },
    readHits: (bytes, hits) => readHits(views, hits, bytes),
  };
}

function readHits(views: readonly View[], hits: HitsByView, bytes: Buffer): readonly Readings[] {
  const places = new Map<number, Reading[]>();
  for (const [index, view] of views.entries()) {
    const own = hits[index] ?? [];
    if (own.length === 0) continue;
    view.read(bytes, own, (reading) => {
      const offset = reading.offsetOf(reading.start);
      const known = places.get(offset);
      if (known === undefined) places.set(offset, [reading]);
      else known.push(reading);
    });
  }
  return Array.from(places)
    .sort(([one], [other]) => one - other)
    .flatMap(([, [first, ...more]]) => (first === undefined ? [] : [longestPrefixes([first, ...more])]));
}

// `sk_live_` explains more of the text than a user's own `sk_` does.
function longestPrefixes(readings: Readings): Readings {
  if (readings.length === 1) return readings;
  const longest = Math.max(...readings.map(({ prefix }) => prefix.text.length));
  const [first = readings[0], ...more] = readings.filter(({ prefix }) => prefix.text.length === longest);
  return [first, ...more];
}
