import type { ProviderProfile, Sha256 } from "@keywarden/key-format";
import type { Decoder, Reading } from "../decoders/decoder.ts";
import { describeEncoding } from "../decoders/describe-encoding.ts";
import { makeLocate } from "../search/locate.ts";
import type { HitsByDecoder, Locate, Readings } from "../search/locate.ts";
import type { PackedSearch } from "../search/packed-search.ts";
import { makeAssess } from "./assess.ts";
import type { Assessment } from "./assess.ts";
import { assessPatterns } from "./assess-pattern.ts";
import { type Candidate, longestBody, readCandidate } from "./candidate.ts";
import type { FindMatches } from "./chunk-scan.ts";
import { type AssessedCandidate, chooseReading } from "./choose-reading.ts";
import { columnsOf, contextOf } from "./context.ts";
import { Cursor } from "./cursor.ts";
import { cutExcerpt } from "./excerpt.ts";
import { readForeignAllow, readInlineAllow } from "./inline-allow.ts";
import type { Match } from "./match.ts";
import { type PatternCandidate, readPatternCandidates } from "./pattern-candidate.ts";
import { type Span, spanOf, spansAround } from "./span.ts";
import type { ReadSurroundings, Surroundings } from "./surroundings.ts";

/**
 * Makes the way from bytes to matches: hits of the anchors, what the decoders read there, the candidates in that, and of each
 * location the one reading that is likeliest.
 */
export function makeFindMatches(
  decoders: readonly Decoder[],
  {
    providers,
    sha256,
    nowMs,
    readSurroundings,
    packed = null,
  }: FindOptions & { readonly readSurroundings: ReadSurroundings; readonly packed?: PackedSearch | null },
): Finder {
  const locate = makeLocate(decoders, packed);
  const assess = makeAssess(providers, sha256);

  const around = (reading: Reading, end: number, bytes: Buffer): Surroundings => {
    const { reading: shown } = contextOf(reading, end, bytes);
    return readSurroundings(shown.bytes, shown.start, shown === reading ? end : reading.endOffsetOf(end));
  };

  const assessReading = (candidate: Candidate, bytes: Buffer): AssessedCandidate | null => {
    const assessment = assess(candidate, around(candidate.reading, candidate.ends[0], bytes));
    return assessment === null ? null : { candidate, assessment };
  };

  const judge = (location: Location, bytes: Buffer): Judged | null => {
    if ("patterns" in location) {
      const [{ reading, span }] = location.patterns;
      const own = { ...reading, start: span.start };
      const options = { providers, sha256, ...(nowMs === undefined ? {} : { nowMs }) };
      return {
        reading: own,
        assessment: assessPatterns(location.patterns, around(own, span.end, bytes), options),
      };
    }
    const assessed = location.candidates.flatMap((candidate) => assessReading(candidate, bytes) ?? []);
    const chosen = chooseReading(assessed);
    return chosen === null ? null : { reading: chosen.candidate.reading, assessment: chosen.assessment };
  };

  const describe = (
    { reading, assessment }: Judged,
    bytes: Buffer,
    near: readonly Span[],
  ): Omit<Match, "start" | "line" | "column" | "endColumn"> & { readonly columns: number } => {
    const { end, isSettled: _, ...judged } = assessment;
    const context = contextOf(reading, end, bytes);
    const foreignAllow = readForeignAllow(context.reading, context.end);
    return {
      ...judged,
      end: reading.endOffsetOf(end),
      columns: columnsOf(context),
      encoding: reading.encoding,
      reason: describeEncoding(reading.encoding, judged.verdict, judged.reason),
      excerpt: cutExcerpt(context.reading, context.end, near, providers),
      inlineAllow: readInlineAllow(context.reading, context.end, providers),
      ...(foreignAllow === null ? {} : { foreignAllow }),
    };
  };

  const findAt: Finder["findAt"] = (bytes, hits, from = 0, to = bytes.length, known) => {
    if (hits.length === 0) return [];
    const cursor = known ?? new Cursor();
    const locations = locationsOf(locate.readHits(bytes, hits));
    const spans = locations.map(({ span }) => span);
    return locations.flatMap((location, index): readonly Match[] => {
      const { start } = location.span;
      if (start < from || start >= to) return [];
      const chosen = judge(location, bytes);
      if (chosen === null) return [];
      const { line, column } = cursor.moveTo(bytes, start);
      const { columns, ...match } = describe(chosen, bytes, spansAround(spans, index));
      return [{ ...match, start, line, column, endColumn: column + columns }];
    });
  };
  return {
    find: (bytes, from, to, cursor) => findAt(bytes, locate.findHits(bytes), from, to, cursor),
    findStarts: (bytes) => locate.findStarts(bytes),
    findVersion: (bytes, base) => locate.findVersion(bytes, base),
    findAt,
  };
}

/** Finds matches at once, or in two steps: where one may begin, then what stands there. */
export interface Finder extends Pick<Locate, "findStarts" | "findVersion"> {
  readonly find: FindMatches;
  /** Finds what `find` finds; nothing where there are no hits. */
  findAt(bytes: Buffer, hits: HitsByDecoder, from?: number, to?: number, cursor?: Cursor): readonly Match[];
}

export interface FindOptions {
  readonly providers: readonly ProviderProfile[];
  readonly sha256: Sha256;
  /** Absent: whether a key that states its end has passed it is not said. */
  readonly nowMs?: number;
}

interface Judged {
  readonly reading: Reading;
  readonly assessment: Assessment;
}

/** What stands at one location: readings of a prefix with a body, or patterns that accept the same bytes. */
type Location =
  | { readonly span: Span; readonly candidates: readonly [Candidate, ...Candidate[]] }
  | { readonly span: Span; readonly patterns: readonly [PatternCandidate, ...PatternCandidate[]] };

function locationsOf(found: readonly Readings[]): readonly Location[] {
  const locations: Location[] = [];
  const patterns: { readonly span: Span; readonly candidate: PatternCandidate }[] = [];
  for (const readings of found) {
    const [first, ...more] = readings.flatMap((reading) =>
      reading.prefix.formats.length === 0 ? [] : (readCandidate(reading, longestBody) ?? []),
    );
    if (first !== undefined) locations.push({ span: spanOf([first, ...more]), candidates: [first, ...more] });
    for (const candidate of readings.flatMap(readPatternCandidates)) {
      const { reading, span } = candidate;
      patterns.push({
        span: { start: reading.offsetOf(span.start), end: reading.endOffsetOf(span.end) },
        candidate,
      });
    }
  }
  if (patterns.length === 0) return locations;
  const kept = withoutInner(patterns, locations);
  const starts = new Set(kept.map(({ span }) => span.start));
  return [...kept, ...locations.filter(({ span }) => !starts.has(span.start))].sort(
    (one, other) => one.span.start - other.span.start,
  );
}

/** Puts patterns together that accept the same bytes, and leaves out what a longer one or a key with a prefix holds. */
function withoutInner(
  patterns: readonly { readonly span: Span; readonly candidate: PatternCandidate }[],
  others: readonly Location[],
): readonly Location[] {
  const sorted = patterns.toSorted(
    (one, other) => one.span.start - other.span.start || other.span.end - one.span.end,
  );
  const kept: Location[] = [];
  let reach = 0;
  let last: { span: Span; patterns: [PatternCandidate, ...PatternCandidate[]] } | undefined;
  const prefixAt = new Map(
    others.flatMap((location) =>
      "candidates" in location
        ? [[location.span.start, location.candidates[0].reading.prefix.text.length] as const]
        : [],
    ),
  );
  for (const { span, candidate } of sorted) {
    if (last !== undefined && span.start === last.span.start && span.end === last.span.end) {
      if (candidate.reading.encoding === last.patterns[0].reading.encoding) last.patterns.push(candidate);
      continue;
    }
    // Of a prefix and a pattern at one location, the one that says more of the text is right.
    const other = prefixAt.get(span.start);
    if (span.end <= reach || (other !== undefined && other >= candidate.variant.prefix.length)) continue;
    last = { span, patterns: [candidate] };
    kept.push(last);
    reach = span.end;
  }
  return kept;
}
