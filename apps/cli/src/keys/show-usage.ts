import { countOf } from "@keywarden/key-format";
import { safeText } from "@keywarden/inventory";
import type { UsageReport } from "@keywarden/management";
import type { AnswerFlags } from "../flags/report-flags.ts";
import type { ExitStatus } from "../terminal.ts";
import type { KeyWork } from "./key-work.ts";

const MOST_ROWS = 10;
const levels = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/** `keywarden keys usage <key id>` */
export async function showUsageAtServer(
  { connect, terminal }: KeyWork,
  { format }: AnswerFlags,
  id: string,
): Promise<ExitStatus> {
  const report = await (await connect()).client.usage(id);
  terminal.print(format === "json" ? `${JSON.stringify(report)}\n` : renderUsage(report));
  return 0;
}

/**
 * A line of bars for the requests of each hour, then what they were; a space is an hour without any, a dot one that
 * was not counted.
 */
function renderUsage(report: UsageReport): string {
  const { from, to, bucket, requests, denied, errorRate, buckets, outcomes, countries, features } = report;
  const most = Math.max(0, ...buckets.map((one) => one.requests));
  const uncounted = buckets.filter((_, index) => (buckets[index + 1]?.start ?? to) <= report.countedSince);
  const bars = buckets.map((one) =>
    uncounted.includes(one)
      ? "·"
      : one.requests === 0
        ? " "
        : (levels[Math.ceil((one.requests / most) * levels.length) - 1] ?? ""),
  );
  const lines = [
    `${countOf(requests, "request")}, ${denied} refused (${(errorRate * 100).toFixed(1)} %), from ${from} to ${to}`,
    `|${bars.join("")}| at most ${most} in one ${bucket}`,
    ...rowsOf("outcome", outcomes),
    ...rowsOf("country", countries),
    ...rowsOf("feature", features),
  ];
  if (report.countedSince > from)
    lines.push(`Counted since ${report.countedSince}; nothing is known of before.`);
  return `${lines.join("\n")}\n`;
}

function rowsOf(title: string, shares: UsageReport["outcomes"]): readonly string[] {
  const rows = shares.slice(0, MOST_ROWS).map(({ name, requests, denied }) => {
    const refused = denied > 0 && denied < requests ? ` (${denied} refused)` : "";
    return `  ${String(requests).padStart(9)}  ${safeText(name)}${refused}`;
  });
  const more =
    shares.length > MOST_ROWS
      ? [`             and ${shares.length - MOST_ROWS} more; --json has them all`]
      : [];
  return shares.length === 0 ? [] : [`by ${title}`, ...rows, ...more];
}
