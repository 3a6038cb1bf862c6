import { makeByteSearch } from "./byte-search.ts";
import { windowsOf, type Edit, type EditWindow } from "./edit.ts";
import type { Needle } from "./needle.ts";
import type { Anchor, Hit, Reading, Decoder } from "../decoders/decoder.ts";

/** What can be read at one location, in the order of the decoders. */
export type Readings = readonly [Reading, ...Reading[]];

/** The hits of each decoder, in the order of the decoders; empty when no decoder has any. */
export type HitsByDecoder = readonly (readonly Hit[] | undefined)[];

export interface Locate {
  /** Finds every anchor; the hits of a decoder are ordered by offset. */
  findHits(bytes: Buffer): HitsByDecoder;
  /** Finds what {@link Locate.findHits} finds, in bytes that were put together of others whose hits are known. */
  findHitsAfter(bytes: Buffer, known: HitsByDecoder, edit: Edit): HitsByDecoder;
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
  const longestAnchor = Math.max(0, ...sought.map(({ text }) => text.length));
  let memory: Buffer = Buffer.alloc(0);
  const findIn = (windows: readonly EditWindow[], bytes: Buffer, add: AddHit): void => {
    if (memory.length < bytes.length) memory = Buffer.allocUnsafeSlow(2 * bytes.length);
    let end = 0;
    const ends = windows.map((window) => {
      bytes.copy(memory, end, window.start, window.end);
      return (end += window.end - window.start);
    });
    search(memory.subarray(0, end), (at, { anchor, decoder }) => {
      const index = firstIndex(ends.length, (window) => (ends[window] ?? 0) > at);
      const windowEnd = ends[index] ?? 0;
      // What reaches from one window into the next stands nowhere.
      if (at + anchor.text.length > windowEnd) return;
      const start = (windows[index]?.end ?? 0) - (windowEnd - at);
      if (anchor.suits?.(bytes, start) !== false) add(decoder, { start, anchor });
    });
  };
  return {
    findHits: (bytes) =>
      collect((add) => {
        search(bytes, (start, { anchor, decoder }) => {
          if (anchor.suits?.(bytes, start) !== false) add(decoder, { start, anchor });
        });
      }),
    findHitsAfter: (bytes, known, edit) =>
      collect((add) => {
        // Whatever depends on a change or a seam is in a window, with all that it depends on.
        const windows = windowsOf(edit, bytes.length, longestAnchor + besideBytes);
        for (const [decoder, hits] of known.entries()) {
          if (hits === undefined || hits.length === 0) continue;
          for (const hit of carryHits(hits, edit)) if (!isInside(hit, windows)) add(decoder, hit);
        }
        findIn(windows, bytes, add);
      }),
    readHits: (bytes, hits) => readHits(decoders, hits, bytes),
  };
}

type AddHit = (decoder: number, hit: Hit) => void;

// More than `suits` looks at on either side of an anchor: an escape or a colour in front of it, a few characters behind.
const besideBytes = 64;

function collect(find: (add: AddHit) => void): HitsByDecoder {
  const hits: (Hit[] | undefined)[] = [];
  find((decoder, hit) => void (hits[decoder] ??= []).push(hit));
  for (const some of hits) some?.sort((one, other) => one.start - other.start);
  return hits;
}

/** Gives the hits that were taken over with all that they depend on. */
function* carryHits(hits: readonly Hit[], { copies }: Edit): Generator<Hit> {
  for (let index = 0; index < copies.length; index += 3) {
    const from = copies[index] ?? 0;
    const end = from + (copies[index + 1] ?? 0);
    const shift = (copies[index + 2] ?? 0) - from;
    const first = firstIndex(hits.length, (at) => (hits[at]?.start ?? 0) >= from + besideBytes);
    for (let at = first; at < hits.length; at += 1) {
      const hit = hits[at];
      if (hit === undefined || hit.start >= end) break;
      if (hit.start + hit.anchor.text.length + besideBytes > end) continue;
      yield { start: hit.start + shift, anchor: hit.anchor };
    }
  }
}

/** Gives the first of so many ascending ones from which on something holds. */
function firstIndex(count: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

const isInside = ({ start, anchor }: Hit, windows: readonly EditWindow[]): boolean =>
  windows.some((window) => start >= window.start && start + anchor.text.length <= window.end);

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
