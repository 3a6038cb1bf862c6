import type { RestrictionChanges, UsageReport } from "@keywarden/management";
import { formatMoment } from "../text/format-duration.ts";
import { formatSeconds } from "../sentences/describe-grace.ts";
import { safeText } from "../text/safe-text.ts";
import type { Tone } from "../tone.ts";
import { restrictionWords, type RestrictionName } from "./restriction-words.ts";

/** What the server counted of a key's use; null where it could not be read. */
export interface CountedUse {
  /** For what it was let in, over as long as anybody asks. */
  readonly features: Pick<UsageReport, "features" | "from" | "countedSince"> | null;
  /** How often, minute by minute. */
  readonly minutes: Pick<UsageReport, "buckets" | "from" | "countedSince"> | null;
}

/** One thing that is known, or is not, about what a change would have refused. */
export interface Foresight {
  readonly text: string;
  readonly tone: Tone;
}

/** Whether one of the rules names a method and path, as whoever refuses the others judges it. */
export type EndpointMatch = (rules: readonly string[], method: string, path: string) => boolean;

const mostShown = 5;

/** Says what new restrictions would have refused of what was let in lately, and what nobody counted. */
export function refusedLately(
  changes: RestrictionChanges,
  use: CountedUse,
  matches: EndpointMatch,
): readonly Foresight[] {
  const set = (Object.keys(changes) as RestrictionName[]).filter(
    (name) => changes[name] !== null && changes[name] !== undefined,
  );
  return set.flatMap((name): readonly Foresight[] => {
    if (name === "endpoints") return byEndpoint(changes.endpoints ?? [], use.features, matches);
    if (name === "rateLimits") return (changes.rateLimits ?? []).map((limit) => byRate(limit, use.minutes));
    return [{ text: notCounted[name], tone: "warning" }];
  });
}

const notCounted = {
  ipRanges: "From which addresses it is called is not counted: a caller outside the ranges is refused.",
  referrers: "From which pages it is called is not counted: every other one, and none, is refused.",
  product: "For which product it is used is not counted: use for another one, and for none, is refused.",
  tenant: "For whom it is used is not counted: use for another one, and for nobody, is refused.",
  projectTags: "For which projects it is used is not counted: use for others is refused.",
} as const;

const unread = (name: RestrictionName): Foresight => ({
  text: `How it was used could not be read: what a change of ${restrictionWords[name].label} would have refused is unknown.`,
  tone: "warning",
});

/** Since when the report counts, which can be later than the time that was asked for. */
const sinceOf = ({ from, countedSince }: Pick<UsageReport, "from" | "countedSince">): string =>
  formatMoment(Math.max(Date.parse(from), Date.parse(countedSince)));

function byEndpoint(
  rules: readonly string[],
  report: CountedUse["features"],
  matches: EndpointMatch,
): readonly Foresight[] {
  if (report === null) return [unread("endpoints")];
  const since = sinceOf(report);
  const letIn = report.features
    .map(({ name, requests, denied }) => ({
      name,
      count: requests - denied,
      outcome: outcomeOf(rules, name, matches),
    }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count);
  if (letIn.length === 0)
    return [
      {
        text: `No call that was let in was counted since ${since}: what it is needed for is unknown.`,
        tone: "warning",
      },
    ];
  const refused = letIn.filter(({ outcome }) => outcome === "refused");
  const unclear = letIn.filter(({ outcome }) => outcome === "unclear");
  if (refused.length + unclear.length === 0)
    return [{ text: `All that it was let in for since ${since} stays allowed.`, tone: "plain" }];
  return [
    ...listOf(`would have been refused since ${since}`, refused, "danger"),
    ...listOf(`cannot be told, some of it may be refused, since ${since}`, unclear, "warning"),
  ];
}

function listOf(
  what: string,
  features: readonly { readonly name: string; readonly count: number }[],
  tone: Tone,
): readonly Foresight[] {
  if (features.length === 0) return [];
  const shown = features
    .slice(0, mostShown)
    .map(({ name, count }) => `${safeText(name)} (${timesOf(count)})`);
  const more = features.length > mostShown ? `, and ${features.length - mostShown} more` : "";
  return [{ text: `${shown.join(", ")}${more}: ${what}`, tone }];
}

/** What becomes of a feature: its name has `{id}` for whatever is not a plain word, so a rule for one id may or may not be it. */
function outcomeOf(
  rules: readonly string[],
  feature: string,
  matches: EndpointMatch,
): "kept" | "refused" | "unclear" {
  const [, method, path] = /^([A-Z]+) (\/.*)$/.exec(feature) ?? [];
  if (method === undefined || path === undefined) return "unclear";
  if (matches(rules, method, path)) return "kept";
  const wide = rules.map((rule) => widen(rule, path));
  return path.includes("{id}") && matches(wide, method, path) ? "unclear" : "refused";
}

/** The rule with a star wherever the feature has an id. */
function widen(rule: string, path: string): string {
  const [method = "", pattern = ""] = rule.split(" ", 2);
  const segments = path.split("/");
  const parts = pattern.split("/").map((part, index) => {
    const isLast = part === "**";
    return segments[index] === "{id}" && !isLast ? "*" : part;
  });
  return `${method} ${parts.join("/")}`;
}

function byRate(
  { requests, windowSeconds }: { readonly requests: number; readonly windowSeconds: number },
  report: CountedUse["minutes"],
): Foresight {
  if (report === null) return unread("rateLimits");
  const counts = report.buckets.map((bucket) => bucket.requests - bucket.denied);
  const whole = Math.floor(windowSeconds / 60);
  const limit = `${requests} in ${formatSeconds(windowSeconds)}`;
  const since = sinceOf(report);
  // The limit counts in windows that slide: whole minutes within one are in it, and one touches a minute more at most.
  const atLeast =
    whole === 0 ? Math.ceil(busiest(counts, 1) / Math.ceil(60 / windowSeconds)) : busiest(counts, whole);
  const atMost = busiest(counts, Math.ceil(windowSeconds / 60) + 1);
  if (atLeast > requests)
    return {
      text: `More than ${limit} would have been refused since ${since}: it was called ${timesOf(atLeast)} in such a time.`,
      tone: "danger",
    };
  return atMost <= requests
    ? { text: `It was never called more often than ${limit} since ${since}.`, tone: "plain" }
    : {
        text: `Whether ${limit} would have been enough since ${since} cannot be told: up to ${timesOf(atMost)} in about that time.`,
        tone: "warning",
      };
}

/** The most calls in so many minutes one after another. */
function busiest(counts: readonly number[], minutes: number): number {
  let sum = 0;
  let most = 0;
  for (const [index, count] of counts.entries()) {
    sum += count - (counts[index - minutes] ?? 0);
    most = Math.max(most, sum);
  }
  return most;
}

const timesOf = (count: number): string =>
  `${count.toLocaleString("en-US")} ${count === 1 ? "time" : "times"}`;
