import { setImmediate } from "node:timers/promises";
import type { UsageStore } from "@keywarden/storage";
import { takeFrom } from "./take-from.ts";
import type { TrafficCount } from "./traffic-counts.ts";

const ROWS_AT_ONCE = 256;
const STEPS_AT_ONCE = 20;

/**
 * Writes counts a few hundred at a time, so that requests are answered in between.
 *
 * @throws what the storage throws, after handing what is not written to `onFailure`
 */
export async function writeUsage(
  usage: Pick<UsageStore, "add">,
  counts: Iterable<TrafficCount>,
  onFailure: (left: readonly TrafficCount[]) => void,
): Promise<void> {
  const left = counts[Symbol.iterator]();
  for (;;) {
    const rows = takeFrom(left, ROWS_AT_ONCE);
    if (rows.length === 0) return;
    try {
      await usage.add(rows);
    } catch (error) {
      onFailure([...rows, ...takeFrom(left, Infinity)]);
      throw error;
    }
    await setImmediate();
  }
}

/** Rolls up some of what is past its time: a minute's or an hour's rows a step. */
export async function rollUpUsage(usage: Pick<UsageStore, "rollUp">): Promise<void> {
  for (let step = 0; step < STEPS_AT_ONCE; step += 1) {
    if (!(await usage.rollUp())) return;
    await setImmediate();
  }
}
