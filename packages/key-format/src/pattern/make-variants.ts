import { makeVariant, type PatternVariant } from "./pattern-variant.ts";
import { readPattern, type PatternProblem } from "./read-pattern.ts";

export type MadeVariants =
  | { readonly ok: true; readonly variants: readonly PatternVariant[] }
  | { readonly ok: false; readonly problem: PatternProblem };

/** Reads one pattern and makes a variant of every spelling; a structure may leave no run to count. */
export function makeVariants(
  source: string,
  options: { readonly isLedTo: boolean; readonly hasBlock: boolean },
): MadeVariants {
  const read = readPattern(source);
  if (!read.ok) return read;
  const variants: PatternVariant[] = [];
  for (const parts of read.sequences) {
    const made = makeVariant(parts, options);
    if (!made.ok) return { ok: false, problem: { column: 1, message: made.message } };
    variants.push(made.variant);
  }
  return { ok: true, variants };
}
