import type { UsageBucketWidth, UsageReport } from "@keywarden/management";
import { usageKeptMs, usageWidthsMs, type UsageScope } from "@keywarden/storage";
import { done, refuse, type Outcome } from "../refusal.ts";
import type { ServerContext } from "../server-context.ts";
import { isoOf } from "../keys/view-key.ts";

const MOST_BUCKETS = 1500;
const DAY_MS = usageWidthsMs.day;

interface UsageTime {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly bucket?: UsageBucketWidth | undefined;
}

/** Reads usage in whole buckets, the last 24 hours in hours where nothing else is asked. */
export async function showUsage(
  { storage, measuring }: Pick<ServerContext, "storage" | "measuring">,
  scope: UsageScope,
  time: UsageTime,
): Promise<Outcome<UsageReport>> {
  const { usage } = storage;
  const nowMs = storage.now();
  // The bucket that is being filled belongs to what is asked for, also at its first moment.
  const askedToMs = time.to === undefined ? nowMs + 1 : Date.parse(time.to);
  const askedFromMs = time.from === undefined ? askedToMs - DAY_MS : Date.parse(time.from);
  if (askedFromMs >= askedToMs) return refuse("BAD_REQUEST", "from: must be before to");
  const bucket = time.bucket ?? chooseBucket(askedFromMs, askedToMs, nowMs);
  const widthMs = usageWidthsMs[bucket];
  const fromMs = Math.floor(askedFromMs / widthMs) * widthMs;
  const toMs = Math.ceil(askedToMs / widthMs) * widthMs;
  const length = (toMs - fromMs) / widthMs;
  if (length > MOST_BUCKETS)
    return refuse(
      "BAD_REQUEST",
      `that is ${length} ${bucket}s, at most ${MOST_BUCKETS} are shown; ask for less or wider ones`,
    );
  // Older rows are of wider spans, and would all be shown in the first bucket of theirs.
  if (bucket !== "day" && fromMs + widthMs <= nowMs - usageKeptMs[bucket])
    return refuse(
      "BAD_REQUEST",
      `${bucket}s are kept for ${usageKeptMs[bucket] / usageWidthsMs.hour} hours; ask for ${bucket === "minute" ? "hours" : "days"}, or from ${isoOf(nowMs - usageKeptMs[bucket])}`,
    );
  await measuring.freshen();
  const [report, countedSinceMs] = await Promise.all([
    usage.read({ scope, fromMs, toMs, width: bucket }),
    usage.countedSinceMs(),
  ]);
  const byStart = new Map(report.buckets.map((one) => [one.startMs, one]));
  const buckets = Array.from({ length }, (_, index) => {
    const startMs = fromMs + index * widthMs;
    const { requests = 0, denied = 0 } = byStart.get(startMs) ?? {};
    return { start: isoOf(startMs), requests, denied };
  });
  const requests = buckets.reduce((sum, one) => sum + one.requests, 0);
  const denied = buckets.reduce((sum, one) => sum + one.denied, 0);
  return done({
    from: isoOf(fromMs),
    to: isoOf(toMs),
    bucket,
    countedSince: isoOf(countedSinceMs),
    requests,
    denied,
    errorRate: requests === 0 ? 0 : denied / requests,
    buckets,
    outcomes: report.outcomes,
    countries: report.countries,
    features: report.features,
  });
}

function chooseBucket(fromMs: number, toMs: number, nowMs: number): UsageBucketWidth {
  const lengthMs = toMs - fromMs;
  if (lengthMs <= usageKeptMs.minute && fromMs >= nowMs - usageKeptMs.minute) return "minute";
  return lengthMs <= 3 * DAY_MS && fromMs >= nowMs - usageKeptMs.hour ? "hour" : "day";
}
