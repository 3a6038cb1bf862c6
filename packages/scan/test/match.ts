import type { Match } from "@keywarden/scan";

/** A match as a scanner gives it, of the text `own_…`; policy and suppression look at no more than this. */
export function matchOf(more: Partial<Match> = {}): Match {
  const match: Omit<Match, "secret"> = {
    fingerprint: "f1",
    start: 4,
    end: 28,
    line: 3,
    column: 5,
    endColumn: 29,
    encoding: "plain",
    prefix: "own_",
    kind: "secret",
    environment: "production",
    label: "live",
    provider: "own",
    candidates: ["own", "other"],
    evidence: [],
    verdict: "key",
    confidence: "high",
    reason: "fits",
    redacted: "own_…",
    excerpt: { before: "k = ", after: "" },
    inlineAllow: null,
  };
  // Tests that name a key give it a secret of their own.
  return { ...match, ...more } as Match;
}
