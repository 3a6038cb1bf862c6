import { nearestWord } from "@keywarden/key-format";

/** ` (did you mean "…"?)`, or nothing. */
export function didYouMean(typed: string, known: readonly string[]): string {
  const name = nearestWord(typed, known);
  return name === undefined ? "" : ` (did you mean "${name}"?)`;
}
