import type { Match } from "../match/match.ts";

/**
 * Joins what was found in a file with what was found inside it, each key once where it is packed deepest: what an archive
 * holds without compression is also to be seen from outside.
 */
export function withoutOuter(outside: readonly Match[], inside: readonly Match[]): readonly Match[] {
  const packed = new Map<string, Map<number, number>>();
  const seenFrom = new Set<string>();
  for (const { fingerprint, start, end, member = "" } of inside) {
    const spans = packed.get(fingerprint) ?? new Map<number, number>();
    packed.set(fingerprint, spans.set(start, end));
    for (let at = member.lastIndexOf("!/"); at > 0; at = member.lastIndexOf("!/", at - 1)) {
      seenFrom.add(`${fingerprint} ${member.slice(0, at)}`);
    }
  }
  const isPacked = ({ fingerprint, start }: Match): boolean =>
    Array.from(packed.get(fingerprint) ?? []).some(([from, to]) => from <= start && start < to);
  return [
    ...outside.filter((match) => !isPacked(match)),
    ...inside.filter(({ fingerprint, member = "" }) => !seenFrom.has(`${fingerprint} ${member}`)),
  ];
}
