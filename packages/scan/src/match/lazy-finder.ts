import { ownBesideBuiltIn, type PackedTexts, type ProviderProfile } from "@keywarden/key-format";
import type { Decoder } from "../decoders/decoder.ts";
import { makeDecoders, makeThoroughDecoders } from "../decoders/make-decoders.ts";
import { makePlainDecoder } from "../decoders/plain.ts";
import { builtInAnchors } from "../search/built-in-anchors.ts";
import { builtInSearch } from "../search/built-in-search.ts";
import { makeByteSearch } from "../search/byte-search.ts";
import { lookForPlain, packAnchors, type PlainLeads } from "../search/quick-look.ts";
import { longestBody } from "./candidate.ts";
import { makeFindMatches, type Finder, type FindOptions } from "./find-matches.ts";
import { groupByPrefix, type KeyPrefix } from "./key-prefix.ts";
import { makeSurroundings } from "./surroundings.ts";

/** All that is searched for, and what finds it. */
export interface WholeFinder {
  readonly prefixes: readonly KeyPrefix[];
  readonly decoders: readonly Decoder[];
  readonly finder: Finder;
}

export interface LazyFinder {
  /** Finds what the whole finder finds, in few bytes without making it. */
  readonly find: (bytes: Buffer) => ReturnType<Finder["find"]>;
  readonly whole: () => WholeFinder;
}

// Making everything takes as long as looking through this many bytes.
const fewBytes = 16 * 1024;

/** Makes a finder whose parts are made when bytes need them: most commits show a sort of key or two, as they are. */
export function makeLazyFinder(options: FindOptions & { readonly isThorough: boolean }): LazyFinder {
  const { providers, isThorough } = options;
  const readSurroundings = makeSurroundings(providers);
  const own = { ...options, readSurroundings };
  let made: WholeFinder | undefined;
  const whole = (): WholeFinder => {
    if (made !== undefined) return made;
    let grouped: readonly KeyPrefix[] | undefined;
    const prefixes = (): readonly KeyPrefix[] => (grouped ??= groupByPrefix(providers, isThorough));
    const isBuiltIn = isThorough && ownBesideBuiltIn(providers)?.length === 0;
    const packed = isBuiltIn ? builtInSearch() : null;
    const decoders =
      packed === null
        ? makeDecoders(prefixes(), longestBody, isThorough)
        : makeThoroughDecoders(prefixes, longestBody);
    made = {
      get prefixes() {
        return prefixes();
      },
      decoders,
      finder: makeFindMatches(decoders, { ...own, packed }),
    };
    return made;
  };
  const look = isThorough ? null : makeLook(providers);
  let seenBytes = 0;
  let last: { readonly leads: PlainLeads; readonly finder: Finder } | undefined;
  const finderFor = (leads: PlainLeads): Finder => {
    if (last !== undefined && isWithin(leads, last.leads)) return last.finder;
    const all = last === undefined ? leads : join(last.leads, leads);
    last = { leads: all, finder: makeFindMatches([plainDecoder(providers, all)], own) };
    return last.finder;
  };
  return {
    whole,
    find: (bytes) => {
      seenBytes += bytes.length;
      const leads = look === null || made !== undefined || seenBytes > fewBytes ? null : look(bytes);
      if (leads === null) return whole().finder.find(bytes, 0, bytes.length);
      return leads.texts.size === 0 ? [] : finderFor(leads).find(bytes, 0, bytes.length);
    },
  };
}

/** Makes the look for what stands in few bytes as it is; `null` where nothing of it is there before it is made. */
function makeLook(providers: readonly ProviderProfile[]): ((bytes: Buffer) => PlainLeads | null) | null {
  const added = ownBesideBuiltIn(providers);
  if (added === null) return null;
  const first = providers.length - added.length;
  if (added.length === 0) return (bytes) => lookForPlain(bytes, builtInAnchors());
  let packed: PackedTexts | undefined;
  return (bytes) => {
    const theirs = lookForPlain(bytes, builtInAnchors());
    if (theirs === null) return null;
    packed ??= packAnchors(added);
    const mine = lookForPlain(bytes, packed);
    if (mine === null) return null;
    return join(theirs, {
      ...mine,
      positions: new Set(Array.from(mine.positions, (position) => first + position)),
    });
  };
}

function plainDecoder(providers: readonly ProviderProfile[], { texts, positions }: PlainLeads): Decoder {
  const shown = providers.filter((_, position) => positions.has(position));
  const prefixes = groupByPrefix(shown).filter(({ text }) => texts.has(text));
  // How far it reaches is asked only of a decoder that is read in chunks.
  return makePlainDecoder({
    prefixes,
    search: makeByteSearch(prefixes),
    charactersBefore: 0,
    charactersAfter: 0,
  });
}

const isWithin = ({ texts, positions }: PlainLeads, known: PlainLeads): boolean =>
  texts.values().every((text) => known.texts.has(text)) &&
  positions.values().every((position) => known.positions.has(position));

const join = (one: PlainLeads, other: PlainLeads): PlainLeads => ({
  texts: new Set([...one.texts, ...other.texts]),
  positions: new Set([...one.positions, ...other.positions]),
});
