import type { ProviderProfile, Sha256 } from "@keywarden/key-format";
import type { Decoder } from "../decoders/decoder.ts";
import { describeEncoding } from "../decoders/describe-encoding.ts";
import { makeLocate } from "../search/locate.ts";
import type { Readings } from "../search/locate.ts";
import { makeAssess } from "./assess.ts";
import { type Candidate, longestBody, readCandidate } from "./candidate.ts";
import type { FindMatches } from "./chunk-scan.ts";
import { type AssessedCandidate, chooseReading } from "./choose-reading.ts";
import { columnsOf, contextOf } from "./context.ts";
import { Cursor } from "./cursor.ts";
import { cutExcerpt } from "./excerpt.ts";
import { readForeignAllow, readInlineAllow } from "./inline-allow.ts";
import type { Match } from "./match.ts";
import { type Span, spanOf, spansAround } from "./span.ts";
import { makeSurroundings } from "./surroundings.ts";

/**
 * Makes the way from bytes to matches: hits of the anchors, what the decoders read there, the candidates in that, and of each
 * place the one reading that is likeliest.
 */
export function makeFindMatches(
  decoders: readonly Decoder[],
  providers: readonly ProviderProfile[],
  sha256: Sha256,
): FindMatches {
  const locate = makeLocate(decoders);
  const readSurroundings = makeSurroundings(providers);
  const assess = makeAssess(providers, sha256);

  const assessReading = (candidate: Candidate, bytes: Buffer): AssessedCandidate | null => {
    const [end] = candidate.ends;
    const { reading } = contextOf(candidate.reading, end, bytes);
    const behind = reading === candidate.reading ? end : candidate.reading.endOffsetOf(end);
    const assessment = assess(candidate, readSurroundings(reading.bytes, reading.start, behind));
    return assessment === null ? null : { candidate, assessment };
  };

  const describe = (
    { candidate, assessment }: AssessedCandidate,
    bytes: Buffer,
    near: readonly Span[],
  ): Omit<Match, "start" | "line" | "column" | "endColumn"> & { readonly columns: number } => {
    const { reading } = candidate;
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

  return (bytes, from, to, known) => {
    const hits = locate.findHits(bytes);
    if (hits.length === 0) return [];
    const cursor = known ?? new Cursor();
    const places = locate.readHits(bytes, hits).flatMap(candidatesAt);
    const spans = places.map(spanOf);
    return places.flatMap((candidates, index): readonly Match[] => {
      const { start } = spans[index] ?? { start: 0 };
      if (start < from || start >= to) return [];
      const chosen = chooseReading(candidates.flatMap((candidate) => assessReading(candidate, bytes) ?? []));
      if (chosen === null) return [];
      const { line, column } = cursor.moveTo(bytes, start);
      const { columns, ...match } = describe(chosen, bytes, spansAround(spans, index));
      return [{ ...match, start, line, column, endColumn: column + columns }];
    });
  };
}

type Candidates = readonly [Candidate, ...Candidate[]];

/** Gives the candidates of one place in the order of its readings; no element where there is none. */
function candidatesAt(readings: Readings): readonly Candidates[] {
  const [first, ...more] = readings.flatMap((reading) => readCandidate(reading, longestBody) ?? []);
  return first === undefined ? [] : [[first, ...more]];
}
