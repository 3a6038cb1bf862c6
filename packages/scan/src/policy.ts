import type { Finding, Place } from "./finding.ts";
import type { Confidence, Match } from "./match.ts";

export interface ScanPolicy {
  readonly minConfidence: Confidence;
  /** `report` makes publishable keys findings; they are made to be public, so the default leaves them alone. */
  readonly publishable: "ignore" | "report";
}

export const defaultPolicy: ScanPolicy = { minConfidence: "medium", publishable: "ignore" };

export type IgnoredWhy = "publishable" | "placeholder" | "published-example" | "low-confidence";

export interface Judgement {
  readonly findings: readonly Finding[];
  /** The match behind each finding, in the same order. */
  readonly reported: readonly Match[];
  /** What was matched and not reported, counted by reason; reasons that never applied are absent. */
  readonly ignored: readonly { readonly why: IgnoredWhy; readonly count: number }[];
}

const rank = { low: 0, medium: 1, high: 2 } as const satisfies Record<Confidence, number>;

const reasonToIgnore = (match: Match, policy: ScanPolicy): IgnoredWhy | null => {
  if (match.verdict === "placeholder" || match.verdict === "published-example") return match.verdict;
  if (match.kind === "publishable" && policy.publishable === "ignore") return "publishable";
  return rank[match.confidence] < rank[policy.minConfidence] ? "low-confidence" : null;
};

const findingFrom = (match: Match, path: string, commit: string | undefined, place: Place): Finding => ({
  provider: match.provider,
  candidates: match.candidates,
  kind: match.kind,
  environment: match.environment,
  label: match.label,
  path,
  place,
  line: match.line,
  column: match.column,
  endColumn: match.endColumn,
  redacted: match.redacted,
  fingerprint: match.fingerprint,
  confidence: match.confidence,
  reason: match.reason,
  ...(commit === undefined ? {} : { commit }),
});

/** Decides which matches are reported; `path` must already be redacted. Keeps the order of `matches`. */
export function judge(
  matches: readonly Match[],
  path: string,
  policy: ScanPolicy,
  commit?: string,
  place: Place = "content",
): Judgement {
  const reported: Match[] = [];
  const counts = new Map<IgnoredWhy, number>();
  for (const match of matches) {
    const why = reasonToIgnore(match, policy);
    if (why === null) reported.push(match);
    else counts.set(why, (counts.get(why) ?? 0) + 1);
  }
  const findings = reported.map((match) => findingFrom(match, path, commit, place));
  return { findings, reported, ignored: Array.from(counts, ([why, count]) => ({ why, count })) };
}
