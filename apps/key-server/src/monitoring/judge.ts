import type { SecurityCode } from "@keywarden/management";
import type { SecuritySeverity } from "@keywarden/storage";

/** What the detection takes for unusual; every number is in the documentation. */
export const limits = {
  /** Minutes of a key's own history before its volume is judged at all. */
  historyMinutes: 120,
  volumeAtLeast: 60,
  volumeTimes: 5,
  deviations: 8,
  secondHighestTimes: 2,
  refusedPerMinute: 20,
  strangersPerMinute: 20,
  limitedPerMinute: 10,
  /** Requests that were let in from known countries before another country is news. */
  countryHistory: 100,
} as const;

/** Something that was noticed about a key or a source, with the numbers that it was judged by. */
export interface MonitoringNotice {
  readonly code: SecurityCode;
  readonly severity: SecuritySeverity;
  readonly evidence: string;
}

/**
 * Judges one minute against a key's minutes before it, silent ones included. Unusual is at least 60 requests, more than
 * five times the median, more than eight deviations (median absolute deviation, scaled to a normal distribution's)
 * above it, and more than twice the second highest minute, so that what comes back every hour is not news. Null for
 * what is usual and for a history of less than two hours.
 */
export function judgeVolume(history: readonly number[], requests: number): MonitoringNotice | null {
  if (history.length < limits.historyMinutes || requests < limits.volumeAtLeast) return null;
  const middle = medianOf(history);
  const deviation = 1.4826 * medianOf(history.map((count) => Math.abs(count - middle)));
  const secondHighest = history.toSorted((left, right) => right - left)[1] ?? 0;
  const isUnusual =
    requests > limits.volumeTimes * middle &&
    requests > middle + limits.deviations * deviation &&
    requests > limits.secondHighestTimes * secondHighest;
  if (!isUnusual) return null;
  return {
    code: "unusual-volume",
    severity: "warning",
    evidence: `${requests} requests in a minute; the median of the ${history.length} minutes before is ${round(middle)}, the second highest of them ${secondHighest}`,
  };
}

const deadCodes = ["key-revoked", "key-expired", "grace-ended"];
const limitCodes = ["rate-limited"];

/** Judges a key's refusals within one minute, by their reason. */
export function judgeRefusals(byCode: ReadonlyMap<string, number>): readonly MonitoringNotice[] {
  const sumOf = (belongs: (code: string) => boolean) =>
    [...byCode].reduce((sum, [code, count]) => (belongs(code) ? sum + count : sum), 0);
  const reasons = (belongs: (code: string) => boolean) =>
    [...byCode]
      .filter(([code]) => belongs(code))
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([code, count]) => `${code} ${count}`)
      .join(", ");
  const isDead = (code: string) => deadCodes.includes(code);
  const isLimit = (code: string) => limitCodes.includes(code);
  const isOther = (code: string) => !isDead(code) && !isLimit(code);
  const dead = sumOf(isDead);
  const limited = sumOf(isLimit);
  const refused = sumOf(isOther);
  const notices: MonitoringNotice[] = [];
  if (dead >= limits.refusedPerMinute)
    notices.push({
      code: "dead-key-in-use",
      severity: "high",
      evidence: `${dead} attempts in a minute with a key that has ended (${reasons(isDead)})`,
    });
  if (refused >= limits.refusedPerMinute)
    notices.push({
      code: "failed-attempts",
      severity: "warning",
      evidence: `${refused} requests refused in a minute (${reasons(isOther)})`,
    });
  if (limited >= limits.limitedPerMinute)
    notices.push({
      code: "limit-violations",
      severity: "notice",
      evidence: `${limited} requests over the key's rate limit in a minute`,
    });
  return notices;
}

/** Judges how often keys that nobody issued came from one address within one minute. */
export function judgeStrangers(attempts: number, network: string): MonitoringNotice | null {
  if (attempts < limits.strangersPerMinute) return null;
  return {
    code: "unknown-keys",
    severity: "warning",
    evidence: `${attempts} attempts in a minute with keys that nobody issued, from one address in ${network}`,
  };
}

/** Judges a country from which a key was let in. Keys with a short history have no usual countries yet. */
export function judgeCountry(
  known: { readonly countries: ReadonlySet<string>; readonly requests: number },
  country: string,
): MonitoringNotice | null {
  if (known.requests < limits.countryHistory || known.countries.size === 0 || known.countries.has(country))
    return null;
  const usual = [...known.countries].toSorted();
  const shown = usual.slice(0, 10).join(", ");
  return {
    code: "new-country",
    severity: "warning",
    evidence: `let in from ${country} for the first time; ${known.requests} requests before came from ${shown}${usual.length > 10 ? " and others" : ""}`,
  };
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >>> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
