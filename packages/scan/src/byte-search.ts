import { coverWithLiterals, literalCost } from "./literal-cover.ts";
import { makeGramSearch } from "./gram-search.ts";
import { makeLiteralSearch } from "./literal-search.ts";
import { gramBytesFor, makeWordSearch } from "./word-search.ts";

/** A text that is searched for. */
export interface Needle {
  /** One character a byte. */
  readonly text: string;
  /** The same, as it stands in the bytes that are searched. */
  readonly bytes: Uint8Array;
}

/** Calls `visit` for every occurrence of a needle: each once, in no particular order. */
export type ByteSearch<Sought extends Needle> = (
  bytes: Buffer,
  visit: (start: number, needle: Sought) => void,
) => void;

// Nanoseconds a byte that the filters take however many needles there are (measured: 0.2 to 0.3, and 0.5 to 0.7).
const wordCost = 0.3;
const gramCost = 0.6;

// The cover of more needles than that is never cheap, and finding it is not either.
const mostCovered = 64;

// Preparing a filter takes as long as looking for each of a thousand needles in this many bytes.
const fewBytes = 16 * 1024;

/**
 * Makes a search that prepares itself only when enough bytes have come: a commit of one small file is over before.
 */
export function makeByteSearch<Sought extends Needle>(needles: readonly Sought[]): ByteSearch<Sought> {
  let seenBytes = 0;
  let prepared: ByteSearch<Sought> | undefined;
  return (bytes, visit) => {
    seenBytes += bytes.length;
    if (prepared === undefined && seenBytes <= fewBytes) {
      searchEach(needles, bytes, visit);
      return;
    }
    prepared ??= prepareSearch(needles);
    prepared(bytes, visit);
  };
}

function searchEach<Sought extends Needle>(
  needles: readonly Sought[],
  bytes: Buffer,
  visit: (start: number, needle: Sought) => void,
): void {
  for (const needle of needles) {
    for (let hit = bytes.indexOf(needle.bytes); hit !== -1; hit = bytes.indexOf(needle.bytes, hit + 1)) {
      visit(hit, needle);
    }
  }
}

/**
 * Picks the fastest way to find the needles.
 *
 * `Buffer.indexOf` runs at memory speed up to each occurrence of a literal's first byte, so a few short literals that
 * every needle shares (`k_` for all built-in prefixes) beat everything. When no few literals cover the needles, a
 * filter over words of four bytes costs the same for five needles and for five thousand. Needles that are too short
 * to hold a whole word wherever they stand have searches of their own.
 */
function prepareSearch<Sought extends Needle>(needles: readonly Sought[]): ByteSearch<Sought> {
  const whole = searchCovered(needles, wordCost);
  if (whole !== null) return whole;
  const byGram = Map.groupBy(needles, ({ text }) => gramBytesFor(text.length));
  const searches = Array.from(byGram, ([gramBytes, some]): ByteSearch<Sought> => {
    const covered = searchCovered(some, gramBytes === 0 ? gramCost : wordCost);
    return covered ?? (gramBytes === 0 ? makeGramSearch(some) : makeWordSearch(some, gramBytes));
  });
  return (bytes, visit) => {
    for (const search of searches) search(bytes, visit);
  };
}

function searchCovered<Sought extends Needle>(
  needles: readonly Sought[],
  limitCost: number,
): ByteSearch<Sought> | null {
  if (needles.length === 0) return () => {};
  const shortest = Math.min(...needles.map(({ text }) => text.length));
  if (needles.length > mostCovered && shortest >= 3) return null;
  const literals = coverWithLiterals(needles);
  const cost = literals.reduce((sum, { text }) => sum + literalCost(text), 0);
  return cost <= limitCost || shortest < 3 ? makeLiteralSearch(literals) : null;
}
