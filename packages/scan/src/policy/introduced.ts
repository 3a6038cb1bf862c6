import type { Match } from "../match/match.ts";

/**
 * Gives the matches whose key occurs more often in `after` than in `before`, in `after` order.
 * Of several locations with the same key the last ones count as new, so a moved key is never new.
 */
export function introduced(after: readonly Match[], before: readonly Match[]): readonly Match[] {
  const known = new Map<string, number>();
  for (const { fingerprint } of before) known.set(fingerprint, (known.get(fingerprint) ?? 0) + 1);
  return after.filter(({ fingerprint }) => {
    const left = known.get(fingerprint) ?? 0;
    if (left > 0) known.set(fingerprint, left - 1);
    return left === 0;
  });
}
