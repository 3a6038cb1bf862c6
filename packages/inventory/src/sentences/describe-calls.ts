import type { UsageReport } from "@keywarden/management";
import { formatMoment } from "../text/format-duration.ts";

/**
 * Says how often a key was called in the time of a report, as far as that has passed; where counting began within it,
 * since when.
 */
export function describeCalls(
  { requests, from, to, countedSince }: Pick<UsageReport, "requests" | "from" | "to" | "countedSince">,
  nowMs: number,
): string {
  const [fromMs, countedSinceMs] = [Date.parse(from), Date.parse(countedSince)];
  const isPart = countedSinceMs > fromMs;
  const since = isPart ? ` (counted since ${formatMoment(countedSinceMs)})` : "";
  if (requests === 0) return `no calls${since}`;
  // The last bucket of a report ends later than now.
  const untilMs = Math.min(nowMs, Date.parse(to));
  const minutes = Math.max(1, (untilMs - Math.max(fromMs, countedSinceMs)) / 60_000);
  const rate = requests / minutes;
  const words = rate >= 10 ? Math.round(rate) : rate >= 0.1 ? rate.toFixed(1) : "under 0.1";
  return `${requests.toLocaleString("en-US")} calls, ${words} a minute${since}`;
}
