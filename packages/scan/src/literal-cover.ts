import type { Needle } from "./byte-search.ts";

/** A text that each of `needles` contains, first at `offset`. */
export interface Literal<Sought extends Needle> {
  readonly text: string;
  readonly needles: readonly { readonly needle: Sought; readonly offset: number }[];
}

// How often a byte begins a false start, per thousand bytes of source code (JavaScript and C, measured on 60 MB);
// bytes that are not listed are rarer, yet base64 spreads its bytes evenly, so no letter counts for less than 3.
const perMille: Readonly<Record<string, number>> = {
  e: 66, t: 52, r: 40, s: 40, n: 39, i: 39, o: 38, a: 35, l: 21, _: 20, c: 20, p: 19, d: 19, u: 18,
  m: 16, h: 12, g: 11, f: 11, "-": 8, b: 7, T: 7, y: 7, ".": 6, E: 6, I: 6, v: 5, A: 5, R: 5, L: 5, S: 5,
}; // prettier-ignore

const longestLiteral = 4;

/** Nanoseconds a byte that one pass of `Buffer.indexOf` takes, estimated from the literal's first byte. */
export function literalCost(text: string): number {
  return 0.12 + 0.014 * (perMille[text.charAt(0)] ?? 3);
}

/** Chooses few, cheap literals so that every needle contains at least one of them. Greedy, so not always the best. */
export function coverWithLiterals<Sought extends Needle>(
  needles: readonly Sought[],
): readonly Literal<Sought>[] {
  const literals: Literal<Sought>[] = [];
  let open = needles;
  while (open.length > 0) {
    const best = bestLiteral(open);
    const covered = open.filter(({ text }) => text.includes(best));
    literals.push({
      text: best,
      needles: covered.map((needle) => ({ needle, offset: needle.text.indexOf(best) })),
    });
    open = open.filter(({ text }) => !text.includes(best));
  }
  return literals;
}

function bestLiteral(needles: readonly Needle[]): string {
  const counts = new Map<string, number>();
  for (const { text } of needles) {
    for (const literal of new Set(literalsOf(text))) counts.set(literal, (counts.get(literal) ?? 0) + 1);
  }
  let best = "";
  let bestScore = 0;
  for (const [literal, count] of counts) {
    // At equal cover and cost the longer literal has fewer false starts to verify.
    const score = count / literalCost(literal) + literal.length / 1000;
    if (score > bestScore) [best, bestScore] = [literal, score];
  }
  return best;
}

function* literalsOf(text: string): Generator<string> {
  const shortest = Math.min(2, text.length);
  for (let length = shortest; length <= Math.min(longestLiteral, text.length); length += 1) {
    for (let start = 0; start + length <= text.length; start += 1) yield text.slice(start, start + length);
  }
}
