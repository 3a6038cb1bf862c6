import { makeAnchorSearch, type SoughtAnchor } from "./anchor-search.ts";
import type { Edit, JoinedRuns } from "./edit.ts";
import type { ByteSearch } from "./needle.ts";
import { mostSought } from "./pack-needles.ts";
import type { PackedSearch } from "./packed-search.ts";
import { startsAt } from "./starts-at.ts";
import type { Anchor, Hit, Reading, Decoder } from "../decoders/decoder.ts";

/** What can be read at one location, in the order of the decoders. */
export type Readings = readonly [Reading, ...Reading[]];

/** The hits of each decoder, in the order of the decoders; empty when no decoder has any. */
export type HitsByDecoder = readonly (readonly Hit[] | undefined)[];

/** What has to be known of bytes to find the hits in others that are made of them. */
export interface VersionHits {
  readonly hits: HitsByDecoder;
  /** Where a long anchor begins that does not go on, or does not suit what stands around it: elsewhere it may. */
  readonly misses: HitsByDecoder;
}

export interface Locate {
  /** Finds every anchor; the hits of a decoder are ordered by offset. */
  findHits(bytes: Buffer): HitsByDecoder;
  /** Finds where any anchor begins, whatever stands around it; in order. */
  findStarts(bytes: Buffer): readonly number[];
  /** Finds the same hits, and what they are found by in bytes that are made of these. */
  findVersion(bytes: Buffer, base: { readonly known: VersionHits; readonly edit: Edit } | null): VersionHits;
  /** Collects what the decoders see at their hits, ordered by offset. */
  readHits(bytes: Buffer, hits: HitsByDecoder): readonly Readings[];
}

/**
 * Makes one search over the anchors of all decoders.
 *
 * @param packed the same anchors, where they are packed already
 */
export function makeLocate(decoders: readonly Decoder[], packed: PackedSearch | null = null): Locate {
  const { search, longest } = makeAnchorSearch(decoders, packed);
  return {
    findHits: (bytes) => {
      const hits = new HitLists();
      search(bytes, (start, { anchor, decoder }) => {
        if (isHit(bytes, start, anchor)) hits.add(decoder, { start, anchor });
      });
      return hits.inOrder();
    },
    findStarts: (bytes) => {
      const starts: number[] = [];
      search(bytes, (start) => starts.push(start));
      return starts.sort((one, other) => one - other);
    },
    findVersion: (bytes, base) => {
      const found = { hits: new HitLists(), misses: new HitLists() };
      const add: AddHit = (decoder, hit, suits) => {
        if (suits) found.hits.add(decoder, hit);
        else if (hit.anchor.text.length > mostSought) found.misses.add(decoder, hit);
      };
      const take = (start: number, { anchor, decoder }: SoughtAnchor): void =>
        add(decoder, { start, anchor }, isHit(bytes, start, anchor));
      if (base === null) search(bytes, take);
      else {
        const gathered = base.edit.gather(longest - 1 + besideBytes);
        const carrying = { bytes, windows: gathered.windows, add, copies: base.edit.copies };
        carry(base.known.hits, true, carrying);
        carry(base.known.misses, false, carrying);
        searchGathered(search, gathered, take);
      }
      const { hits, misses } = found;
      if (hits.isEmpty && misses.isEmpty) return nothingFound;
      return { hits: hits.inOrder(), misses: misses.inOrder() };
    },
    readHits: (bytes, hits) => readHits(decoders, hits, bytes),
  };
}

const nothingFound: VersionHits = { hits: [], misses: [] };

function isHit(bytes: Buffer, start: number, anchor: Anchor): boolean {
  const { text, suits } = anchor;
  return (text.length <= mostSought || startsAt(bytes, start, text)) && suits?.(bytes, start) !== false;
}

function searchGathered(
  search: ByteSearch<SoughtAnchor>,
  { bytes, windows }: JoinedRuns,
  visit: (start: number, sought: SoughtAnchor) => void,
): void {
  search(bytes, (at, sought) => {
    const index = 3 * firstIndex(windows.length / 3, (window) => (windows[3 * window + 2] ?? 0) > at);
    const joinedEnd = windows[index + 2] ?? 0;
    // What reaches from one run into the next stands nowhere.
    if (at + sought.text.length > joinedEnd) return;
    visit((windows[index + 1] ?? 0) - (joinedEnd - at), sought);
  });
}

/** Collects hits of decoders. */
class HitLists {
  readonly #lists: (Hit[] | undefined)[] = [];
  isEmpty = true;

  add(decoder: number, hit: Hit): void {
    this.isEmpty = false;
    (this.#lists[decoder] ??= []).push(hit);
  }

  inOrder(): HitsByDecoder {
    for (const some of this.#lists) some?.sort(byOffset);
    return this.#lists;
  }
}

// Whatever finds them: of several at one location the shorter one comes first.
const byOffset = (one: Hit, other: Hit): number =>
  one.start - other.start || one.anchor.text.length - other.anchor.text.length;

// More than `suits` looks at on either side of an anchor: a colour in front of it, twelve characters behind.
const besideBytes = 20;

type AddHit = (decoder: number, hit: Hit, suits: boolean) => void;

interface Carrying {
  readonly bytes: Buffer;
  readonly copies: Edit["copies"];
  /** As {@link JoinedRuns} has them. What is in one is found anew. */
  readonly windows: JoinedRuns["windows"];
  readonly add: AddHit;
}

/** Takes over what stands in copied pieces with all that it depends on, unless it is found anew. */
function carry(known: HitsByDecoder, suits: boolean, { bytes, copies, windows, add }: Carrying): void {
  for (const [decoder, hits] of known.entries()) {
    if (hits === undefined || hits.length === 0) continue;
    for (let index = 0; index < copies.length; index += 3) {
      const from = copies[index] ?? 0;
      const end = from + (copies[index + 1] ?? 0);
      const shift = (copies[index + 2] ?? 0) - from;
      for (let at = firstFrom(hits, from); at < hits.length; at += 1) {
        const hit = hits[at];
        if (hit === undefined || hit.start >= end) break;
        const { length } = hit.anchor.text;
        const start = hit.start + shift;
        const soughtBytes = Math.min(length, mostSought);
        if (hit.start + soughtBytes > end || isInside(start, soughtBytes, windows)) continue;
        // Of a long anchor, a change may be where nothing is searched for.
        const isKnown = length <= mostSought || hit.start + length + besideBytes <= end;
        const moved = shift === 0 ? hit : { start, anchor: hit.anchor };
        add(decoder, moved, isKnown ? suits : isHit(bytes, start, hit.anchor));
      }
    }
  }
}

const firstFrom = (hits: readonly Hit[], offset: number): number =>
  firstIndex(hits.length, (at) => (hits[at]?.start ?? 0) >= offset);

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

function isInside(start: number, sizeBytes: number, windows: JoinedRuns["windows"]): boolean {
  const end = start + sizeBytes;
  const index = 3 * firstIndex(windows.length / 3, (window) => (windows[3 * window + 1] ?? 0) >= end);
  return index < windows.length && (windows[index] ?? 0) <= start;
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
