import type { KeyRow } from "@keywarden/inventory";
import { usageWidthsMs } from "@keywarden/storage";
import type { Console } from "../console.ts";
import { sparkline } from "../markup/chart.ts";
import type { Html } from "../markup/html.ts";

const HOUR_MS = usageWidthsMs.hour;

/** Draws how often each key was used in the last 24 hours. */
export async function readDay(
  { context }: Pick<Console, "context">,
  rows: readonly KeyRow[],
  nowMs: number,
): Promise<readonly Html[]> {
  const toMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS + HOUR_MS;
  const fromMs = toMs - 24 * HOUR_MS;
  await context.measuring.freshen();
  const countedSinceMs = await context.storage.usage.countedSinceMs();
  const countedSince = countedSinceMs > fromMs ? new Date(countedSinceMs).toISOString() : null;
  const drawn: Html[] = [];
  for (const { id } of rows) {
    const scope = { keyId: id };
    const { buckets } = await context.storage.usage.read({ scope, fromMs, toMs, width: "hour" });
    const byStart = new Map(buckets.map(({ startMs, requests }) => [startMs, requests]));
    const hours = Array.from({ length: 24 }, (_, hour) => ({
      requests: byStart.get(fromMs + hour * HOUR_MS) ?? 0,
    }));
    drawn.push(sparkline(hours, countedSince));
  }
  return drawn;
}
