import type { Candidate } from "./candidate.ts";

/** Offsets of the scanned bytes, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Gives all that the candidates of one location may cover, in their widest readings. */
export function spanOf(candidates: readonly [Candidate, ...Candidate[]]): Span {
  const [{ reading: first }] = candidates;
  const ends = candidates.map(({ reading, ends: own, wordEnd }) =>
    reading.endOffsetOf(Math.max(wordEnd, ...own)),
  );
  return { start: first.offsetOf(first.start), end: Math.max(...ends) };
}

const nearBytes = 1024;

/** Gives the spans near `spans[index]`, itself left out; `spans` are ordered by start. */
export function spansAround(spans: readonly Span[], index: number): readonly Span[] {
  const own = spans[index];
  if (own === undefined) return [];
  let first = index;
  while (first > 0 && (spans[first - 1]?.start ?? 0) > own.start - nearBytes) first -= 1;
  let last = index;
  while (last + 1 < spans.length && (spans[last + 1]?.start ?? 0) < own.end + nearBytes) last += 1;
  return spans.slice(first, last + 1).filter((span) => span !== own);
}
