import { done, refuse, type Outcome } from "../refusal.ts";

/** Reads `If-Match: "<generation>"`; undefined when the header is absent or `*`, which match every generation. */
export function readIfMatch(header: string | undefined): Outcome<number | undefined> {
  if (header === undefined || header.trim() === "*") return done(undefined);
  const generation = /^\s*"([1-9]\d{0,14})"\s*$/.exec(header)?.[1];
  if (generation === undefined) {
    return refuse("BAD_IF_MATCH", 'If-Match must be the generation in quotes, for example "3"');
  }
  return done(Number(generation));
}
