import { makeGramSearch } from "./gram-search.ts";
import { makeNeedleSearch, shortestNeedle } from "./needle-search.ts";
import type { ByteSearch, Needle } from "./needle.ts";

// Preparing a filter takes as long as looking for each of a thousand needles in this many bytes.
const fewBytes = 16 * 1024;

/**
 * Makes a search that prepares itself only when enough bytes have come: a commit of one small file is over before.
 *
 * Every text is searched for with zero bytes between its characters too. Most files hold no zero byte, and those needles
 * would only crowd the filter.
 */
export function makeByteSearch<Sought extends Needle>(needles: readonly Sought[]): ByteSearch<Sought> {
  const { plain = [], wide = [] } = Object.groupBy(needles, ({ text }) =>
    text.includes("\0") ? "wide" : "plain",
  );
  const search = makeOwnSearch(plain);
  if (wide.length === 0) return search;
  const searchWide = makeOwnSearch(wide);
  return (bytes, visit) => {
    search(bytes, visit);
    if (bytes.includes(0)) searchWide(bytes, visit);
  };
}

function makeOwnSearch<Sought extends Needle>(needles: readonly Sought[]): ByteSearch<Sought> {
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
  // One character a byte: one copy costs less than asking a buffer thousands of times.
  const text = bytes.toString("latin1");
  for (const needle of needles) {
    for (let hit = text.indexOf(needle.text); hit !== -1; hit = text.indexOf(needle.text, hit + 1))
      visit(hit, needle);
  }
}

// A filter over words of four bytes costs the same for five needles and for five thousand.
function prepareSearch<Sought extends Needle>(needles: readonly Sought[]): ByteSearch<Sought> {
  const isTooShort = ({ text }: Needle): boolean => text.length < shortestNeedle;
  return (needles.some(isTooShort) ? null : makeNeedleSearch(needles)) ?? makeGramSearch(needles);
}
