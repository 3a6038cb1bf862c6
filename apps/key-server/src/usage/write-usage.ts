import { setImmediate } from "node:timers/promises";
import type { UsageStore } from "@keywarden/storage";
import type { TrafficCount } from "./traffic.ts";

const ROWS_AT_ONCE = 500;
const STEPS_AT_ONCE = 20;

/**
 * Writes counts a few hundred at a time, so that requests are answered in between.
 *
 * @throws what the storage throws, after handing what is not written to `onFailure`
 */
export async function writeUsage(
  usage: Pick<UsageStore, "add">,
  counts: readonly TrafficCount[],
  onFailure: (left: readonly TrafficCount[]) => void,
): Promise<void> {
  for (let at = 0; at < counts.length; at += ROWS_AT_ONCE) {
    try {
      await usage.add(counts.slice(at, at + ROWS_AT_ONCE));
    } catch (error) {
      onFailure(counts.slice(at));
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
