import type { UsageReport } from "@keywarden/management";

/** Says how often a key was called in the time of a report. */
export function describeCalls({ requests, from, to }: Pick<UsageReport, "requests" | "from" | "to">): string {
  if (requests === 0) return "no calls";
  const minutes = Math.max(1, (Date.parse(to) - Date.parse(from)) / 60_000);
  const rate = requests / minutes;
  const words = rate >= 10 ? Math.round(rate) : rate >= 0.1 ? rate.toFixed(1) : "under 0.1";
  return `${requests.toLocaleString("en-US")} calls, ${words} a minute`;
}
