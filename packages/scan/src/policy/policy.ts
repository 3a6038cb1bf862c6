import type { Environment, KeyKind } from "@keywarden/key-format";
import type { Finding, LocationKind } from "./finding.ts";
import type { Confidence, Match } from "../match/match.ts";

/** `block` makes a scan fail, `warn` only tells, `ignore` only counts. */
export type PolicyAction = "block" | "warn" | "ignore";

export interface ScanPolicy {
  readonly minConfidence: Confidence;
  readonly actions: Readonly<Record<KeyKind, Readonly<Record<Environment, PolicyAction>>>>;
  /** Whether comments of other scanners, such as `gitleaks:allow`, accept a key; absent: they are only named. */
  readonly honoursForeignAllow?: boolean;
}

/** Gives the actions of a kind that is treated alike in every environment. */
export function inEveryEnvironment(action: PolicyAction): Readonly<Record<Environment, PolicyAction>> {
  return { production: action, sandbox: action, development: action };
}

/** Publishable keys are made to be public, so they are left alone. */
export const defaultPolicy: ScanPolicy = {
  minConfidence: "medium",
  actions: {
    secret: inEveryEnvironment("block"),
    restricted: inEveryEnvironment("block"),
    publishable: inEveryEnvironment("ignore"),
  },
};

export type IgnoredWhy =
  | "publishable"
  | "placeholder"
  | "published-example"
  | "low-confidence"
  /** Policy ignores secret or restricted keys of this environment. */
  | "policy"
  /** It stands in a file that is not to be scanned. */
  | "excluded";

export interface Judgement {
  readonly findings: readonly Finding[];
  /** The match behind each finding, in the same order. */
  readonly reported: readonly Match[];
  /** What was matched and not reported, counted by reason; reasons that never applied are absent. */
  readonly ignored: readonly { readonly why: IgnoredWhy; readonly count: number }[];
}

export const confidenceRank = { low: 0, medium: 1, high: 2 } as const satisfies Record<Confidence, number>;

type Decision =
  | { readonly action: "block" | "warn" }
  | { readonly action: "ignore"; readonly why: IgnoredWhy };

/** Where nothing says which environment a key is for, the strictest action of its kind holds. */
function actionFor({ kind, environment }: Match, { actions }: ScanPolicy): PolicyAction {
  const own = actions[kind];
  if (environment !== null) return own[environment];
  const all = Object.values(own);
  return (["block", "warn", "ignore"] as const).find((action) => all.includes(action)) ?? "block";
}

function decide(match: Match, policy: ScanPolicy): Decision {
  const ignore = (why: IgnoredWhy): Decision => ({ action: "ignore", why });
  if (match.verdict === "placeholder" || match.verdict === "published-example") return ignore(match.verdict);
  const action = actionFor(match, policy);
  if (action === "ignore") return ignore(match.kind === "publishable" ? "publishable" : "policy");
  const isDoubtful = confidenceRank[match.confidence] < confidenceRank[policy.minConfidence];
  if (!isDoubtful) return { action };
  const isWorthAWord = match.isUndecided === true && policy.minConfidence !== "high";
  return isWorthAWord ? { action: "warn" } : ignore("low-confidence");
}

const findingFrom = (
  match: Match,
  action: Finding["action"],
  path: string,
  locationKind: LocationKind,
): Finding => ({
  action,
  provider: match.provider,
  candidates: match.candidates,
  kind: match.kind,
  environment: match.environment,
  label: match.label,
  ...(match.format === undefined ? {} : { format: match.format }),
  path,
  locationKind,
  ...(match.member === undefined ? {} : { member: match.member }),
  line: match.line,
  column: match.column,
  endColumn: match.endColumn,
  redacted: match.redacted,
  fingerprint: match.fingerprint,
  confidence: match.confidence,
  reason: match.reason,
  ...(match.foreignAllow === undefined ? {} : { foreignAllow: match.foreignAllow }),
});

/** Decides which matches are reported; `path` must already be redacted. Keeps the order of `matches`. */
export function judgeMatches(
  matches: readonly Match[],
  path: string,
  policy: ScanPolicy,
  locationKind: LocationKind = "content",
): Judgement {
  const findings: Finding[] = [];
  const reported: Match[] = [];
  const counts = new Map<IgnoredWhy, number>();
  for (const match of matches) {
    const decision = decide(match, policy);
    if (decision.action === "ignore") {
      counts.set(decision.why, (counts.get(decision.why) ?? 0) + 1);
    } else {
      findings.push(findingFrom(match, decision.action, path, locationKind));
      reported.push(match);
    }
  }
  return { findings, reported, ignored: Array.from(counts, ([why, count]) => ({ why, count })) };
}
