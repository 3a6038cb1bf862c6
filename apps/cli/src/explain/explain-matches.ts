import { judgeMatches } from "@keywarden/scan";
import type { IgnoredWhy, Match, LocationKind, ScanPolicy, SuppressedFinding } from "@keywarden/scan";
import { configFile } from "@keywarden/repository-config";
import type { AllowRule } from "@keywarden/repository-config";
import type { SuppressionSetup } from "@keywarden/repository-config";
import type { ExplainedMatch } from "./explanation.ts";

/** Says of every match what a scan does about it and why; `isNew` tells which ones the next commit adds. */
export function explainMatches(
  matches: readonly Match[],
  at: { readonly path: string; readonly locationKind: LocationKind },
  suppression: SuppressionSetup,
  allow: readonly AllowRule[],
  isNew: (match: Match) => boolean = () => true,
): readonly ExplainedMatch[] {
  return matches.map((match) => {
    const { line, column, encoding, member, prefix, verdict, confidence, reason, redacted } = match;
    return {
      ...outcomeOf(match, at, suppression, allow, isNew),
      locationKind: at.locationKind,
      line,
      column,
      ...(member === undefined ? {} : { member }),
      encoding,
      prefix,
      verdict,
      confidence,
      reason,
      redacted,
    };
  });
}

function outcomeOf(
  match: Match,
  { path, locationKind }: { readonly path: string; readonly locationKind: LocationKind },
  { policy, suppressor, fromTop }: SuppressionSetup,
  allow: readonly AllowRule[],
  isNew: (match: Match) => boolean,
): Pick<ExplainedMatch, "outcome" | "by"> {
  const before = suppressor.uses;
  const judgement = suppressor.apply(
    [match],
    judgeMatches([match], path, policy, locationKind),
    fromTop(path),
  );
  const fitting = suppressor.uses.flatMap(({ matched, isExpired }, index) => {
    const rule = matched > (before[index]?.matched ?? 0) ? allow[index] : undefined;
    return rule === undefined ? [] : [{ rule, index, isExpired }];
  });
  const [ignored] = judgement.ignored;
  if (ignored !== undefined) return { outcome: "left alone", by: whyIgnored(ignored.why, match, policy) };
  const [suppressed] = judgement.suppressed;
  if (suppressed !== undefined) {
    return {
      outcome: "accepted",
      by: describeSuppression(
        suppressed,
        fitting.find((one) => !one.isExpired),
      ),
    };
  }
  if (!isNew(match)) {
    return { outcome: "was there before", by: "the commit does not add it" };
  }
  const expired = fitting.find(({ isExpired }) => isExpired);
  const outcome = judgement.findings[0]?.action === "warn" ? "warns" : "blocks";
  return expired === undefined
    ? { outcome }
    : { outcome, by: `${nameOf(expired)} matches but expired on ${expired.rule.document.expires ?? ""}` };
}

interface Fitting {
  readonly rule: AllowRule;
  readonly index: number;
}

const nameOf = ({ rule, index }: Fitting): string =>
  `allow[${index}] at ${configFile}:${rule.position.line}:${rule.position.column}`;

function describeSuppression(
  { finding, suppression }: SuppressedFinding,
  entry: Fitting | undefined,
): string {
  if (suppression.by === "inline") return `the keywarden:allow beside it: ${suppression.reason}`;
  if (suppression.by === "baseline") return `the baseline, as ${(finding.id ?? "").slice(0, 12)}…`;
  const owner = suppression.owner === undefined ? "" : `, owner ${suppression.owner}`;
  return `${entry === undefined ? configFile : nameOf(entry)}: ${suppression.reason}${owner}`;
}

function whyIgnored(why: IgnoredWhy, { kind, environment, confidence }: Match, policy: ScanPolicy): string {
  const words: Readonly<Record<IgnoredWhy, string>> = {
    publishable: "publishable keys are meant to be public; --publishable reports them",
    placeholder: "a placeholder is not a key",
    "published-example": "its provider's documentation prints it as an example",
    "low-confidence": `${confidence} confidence, below the minimum of ${policy.minConfidence}; --min-confidence ${confidence} reports it`,
    policy: `policy in ${configFile} ignores ${kind} keys of ${environment ?? "every environment"}`,
    excluded: "the file is excluded",
  };
  return words[why];
}
