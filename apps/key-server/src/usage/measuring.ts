import type { KeyStorage } from "@keywarden/storage";
import type { AlertWatch } from "../monitoring/alert-watch.ts";
import type { Monitor } from "../monitoring/monitor.ts";
import type { TrafficCount } from "./traffic-counts.ts";
import type { Traffic, TrafficBatch } from "./traffic.ts";
import { rollUpUsage, writeUsage } from "./write-usage.ts";

/** Writes what was counted, and judges it. */
export interface Measuring {
  /** Writes everything now. */
  flush(): Promise<void>;
  /** Writes for somebody who asks, so that they see what they just did; not more than once a second and not much. */
  freshen(): Promise<void>;
  /** Writes if it is time to; to be called about once a second. */
  tick(): Promise<void>;
}

/** What a SIGKILL loses of the counts at most, in milliseconds: `many` when more than 10,000 keys are busy. */
const flushEveryMs = { few: 10_000, many: 60_000 };
const MANY_KEYS = 10_000;
const FEW_KEYS = 1000;
const TIDY_EVERY_MS = 3_600_000;
/** What was sent is looked up while its receiver may still ask. */
const JOBS_KEPT_MS = 7 * 86_400_000;
const EVENTS_KEPT_MS = 400 * 86_400_000;

/** What was counted and is not wholly written and judged. */
interface Unfinished {
  readonly batch: TrafficBatch;
  readonly takenAtMs: number;
  /** What is not written: all of it where undefined, nothing where null. */
  left: Iterable<TrafficCount> | null | undefined;
  isObserved: boolean;
}

export function makeMeasuring(options: {
  readonly storage: Pick<KeyStorage, "usage" | "securityEvents" | "jobs" | "rates" | "now">;
  readonly traffic: Traffic;
  readonly monitor: Monitor;
  readonly alerts: AlertWatch;
  readonly onDropped: (requests: number) => void;
}): Measuring {
  const { storage, traffic, monitor, alerts } = options;
  let lastMs = storage.now();
  let pruned = 0;
  let tidiedMs = -Infinity;
  let working: Promise<void> = Promise.resolve();
  let isBusy = false;
  let unfinished: Unfinished | null = null;

  /** Goes on where a failure of the storage has ended it, so that nothing is written twice and all of it is judged. */
  const finish = async (one: Unfinished): Promise<void> => {
    const { batch, takenAtMs } = one;
    if (one.left !== null) {
      await monitor.prepare(batch);
      const counts = one.left ?? (await batch.countsInOrder());
      await writeUsage(storage.usage, counts, (rest) => (one.left = rest));
      one.left = null;
    }
    if (!one.isObserved) {
      one.isObserved = true;
      await monitor.observe(batch, takenAtMs);
    }
    await monitor.tell();
    await alerts.evaluate(batch, takenAtMs);
  };

  const write = async (): Promise<void> => {
    lastMs = storage.now();
    // What is counted meanwhile adds up in few numbers, and no second batch has to be kept.
    if (unfinished !== null) await finish(unfinished);
    unfinished = null;
    const batch = traffic.take();
    if (batch.dropped > 0) options.onDropped(batch.dropped);
    if (!batch.isEmpty) {
      unfinished = { batch, takenAtMs: lastMs, left: undefined, isObserved: false };
      await finish(unfinished);
      unfinished = null;
    }
    await rollUpUsage(storage.usage);
    const day = Math.floor(lastMs / 86_400_000);
    if (day !== pruned) {
      pruned = day;
      await storage.securityEvents.prune(lastMs - EVENTS_KEPT_MS);
    }
    if (lastMs - tidiedMs >= TIDY_EVERY_MS) {
      tidiedMs = lastMs;
      await storage.jobs.prune({ finishedBeforeMs: lastMs - JOBS_KEPT_MS });
      await storage.rates?.prune();
    }
  };

  const flush = (): Promise<void> => {
    const run = async () => {
      isBusy = true;
      try {
        await write();
      } finally {
        isBusy = false;
      }
    };
    working = working.then(run, run);
    return working;
  };

  return {
    flush,
    freshen: async () => {
      // While what was counted could not be written, whoever asks hears of that, and not of less.
      const isDue = unfinished !== null || storage.now() - lastMs >= 1000;
      if (!isBusy && traffic.pendingKeys <= FEW_KEYS && isDue) await flush();
    },
    tick: async () => {
      const everyMs = traffic.pendingKeys > MANY_KEYS ? flushEveryMs.many : flushEveryMs.few;
      if (!isBusy && storage.now() - lastMs >= everyMs) await flush();
    },
  };
}
