import type { ExposureStorage, Job } from "@keywarden/storage";
import { AppError } from "../app-error.ts";
import type { Log } from "../log.ts";
import type { Scheduler } from "../scheduler.ts";
import { reduceFailure } from "./failure.ts";
import { nextDelayMs } from "./stage.ts";
import type { Stage, StageResult } from "./stage.ts";

/** Kinds of work that share some hands, so that slow work never keeps urgent work waiting. */
export interface Lane {
  /** In order of priority. */
  readonly stages: readonly Stage[];
  readonly concurrency: number;
  /** Hands of their own for jobs that take longer than this, so that others get on meanwhile. */
  readonly slow?: { readonly afterMs: number; readonly concurrency: number };
}

export interface WorkerOptions {
  readonly storage: ExposureStorage;
  readonly lanes: readonly Lane[];
  readonly scheduler: Scheduler;
  readonly log: Log;
  readonly leaseMs: number;
}

/** Takes jobs from the queue and runs their stages. */
export interface Worker {
  start(): void;
  /** Resolves when nothing is running and nothing is due. */
  idle(): Promise<void>;
  /** Takes no more jobs, waits for the running ones, and gives back those that take longer than that. */
  stop(timeoutMs: number): Promise<void>;
}

const groupPollMs = 250;
/** Of one group at once: what many bring is one transaction, and everything else waits for its end. */
const mostTogether = 31;

export function makeWorker(options: WorkerOptions): Worker {
  const { storage, lanes, scheduler, log, leaseMs } = options;
  const running = new Map<string, Job>();
  const pumps = lanes.map((lane) => makePump(lane));
  const stopping = new AbortController();
  let stopListening = (): void => {};
  let waiters: (() => void)[] = [];

  function makePump(lane: Lane) {
    const kinds = lane.stages.map(({ kind }) => kind);
    const state = { busy: 0, slow: 0, isClaiming: false, again: false, cancelTimer: (): void => {} };

    const wake = (): void => {
      if (stopping.signal.aborted) return;
      state.again = true;
      if (state.isClaiming) return;
      state.isClaiming = true;
      void claimAll()
        .catch((error: unknown) => {
          log("error", "cannot take work from the queue", { code: reduceFailure(error).code });
          state.cancelTimer = scheduler.after(1_000, wake);
        })
        .finally(() => {
          state.isClaiming = false;
          if (state.again && state.busy < lane.concurrency) wake();
          settle();
        });
    };

    /** Counts a job as one that others wait for until it turns out to be slow; gives what to call at its end. */
    const countHand = (): (() => void) => {
      const { slow } = lane;
      if (slow === undefined) return () => void (state.busy -= 1);
      let isSlow = false;
      let cancel = (): void => {};
      const lookLater = (): void => {
        cancel = scheduler.after(slow.afterMs, () => {
          // While there are as many of them as that, it keeps its hand.
          if (state.slow >= slow.concurrency) return lookLater();
          isSlow = true;
          state.slow += 1;
          state.busy -= 1;
          wake();
        });
      };
      lookLater();
      return () => {
        cancel();
        if (isSlow) state.slow -= 1;
        else state.busy -= 1;
      };
    };

    const claimAll = async (): Promise<void> => {
      state.cancelTimer();
      while (!stopping.signal.aborted && state.busy < lane.concurrency) {
        state.again = false;
        // Scans of one repository build on each other, so they take turns; others do not wait for them.
        const exceptGroups = [...running.values()].flatMap(({ group }) => (group === null ? [] : [group]));
        const job = await storage.jobs.claim({ kinds, leaseMs, worker: "github-app", exceptGroups });
        if (job === null) break;
        state.busy += 1;
        running.set(job.id, job);
        const giveBack = countHand();
        void runWithOthers(lane, job).finally(() => {
          giveBack();
          wake();
          if (job.group !== null) for (const pump of pumps) pump.wake();
          settle();
        });
      }
      if (stopping.signal.aborted || state.busy >= lane.concurrency) {
        state.again = false;
        return;
      }
      const dueAtMs = await storage.jobs.nextDueAtMs(kinds);
      if (dueAtMs === null) return;
      // What is due and was not claimed waits for its group, whose end wakes this; another may become due before that.
      const waitMs = dueAtMs - storage.now();
      state.cancelTimer = scheduler.after(
        waitMs > 0 || running.size === 0 ? Math.max(1, waitMs) : groupPollMs,
        wake,
      );
    };

    return { wake, state };
  }

  function settle(): void {
    if (pumps.some(({ state }) => state.busy + state.slow > 0 || state.isClaiming)) return;
    const settled = waiters;
    waiters = [];
    for (const waiter of settled) waiter();
  }

  /** Runs a job, and with it those of its group that wait, where the stage does several at once. */
  async function runWithOthers(lane: Lane, job: Job): Promise<void> {
    const stage = lane.stages.find(({ kind }) => kind === job.kind);
    const left = [job];
    let cancelBeat = (): void => {};
    const beat = (): void => {
      for (const one of left)
        void storage.jobs.heartbeat(one, leaseMs).catch(() => {
          log("warn", "cannot extend the lease of a job", { kind: one.kind, job: one.id });
        });
      cancelBeat = scheduler.after(leaseMs / 3, beat);
    };
    cancelBeat = scheduler.after(leaseMs / 3, beat);
    const taken = (count: number): void => {
      for (const { id } of left.splice(0, count)) running.delete(id);
    };
    try {
      if (stage === undefined) return;
      left.push(...(await claimOthers(stage, job)));
      let isApart = false;
      for (let [next] = left; next !== undefined; [next] = left) {
        if (stopping.signal.aborted && next !== job) return await giveBackAll(left);
        const count: number | null = isApart || left.length === 1 ? 0 : await runTogether(stage, left);
        isApart ||= count === null;
        if ((count ?? 0) === 0) await runJob(stage, next);
        taken(Math.max(1, count ?? 0));
      }
    } finally {
      cancelBeat();
      taken(left.length);
    }
  }

  // Nobody has begun with them.
  async function giveBackAll(jobs: readonly Job[]): Promise<void> {
    const back = { delayMs: 0, errorCode: "APP_STOPPED" };
    for (const job of jobs) await storage.jobs.retry(job, back).catch(() => {});
  }

  async function claimOthers(stage: Stage, { group, kind }: Job): Promise<readonly Job[]> {
    if (stage.together === undefined || group === null || stopping.signal.aborted) return [];
    try {
      const claim = { group, kind, limit: mostTogether, leaseMs, worker: "github-app" };
      const others = await storage.jobs.claimGroup(claim);
      for (const other of others) running.set(other.id, other);
      return others;
    } catch (error) {
      // They are claimed one by one.
      log("error", "cannot take work from the queue", { code: reduceFailure(error).code });
      return [];
    }
  }

  /** Does the first of these jobs at once, and gives how many that were; `null` where each is to be run alone. */
  async function runTogether(stage: Stage, jobs: readonly Job[]): Promise<number | null> {
    try {
      const results = (await stage.together?.(jobs)) ?? [];
      if (results.length === 0) return 0;
      const done = results.flatMap((result, index) => {
        const job = jobs[index];
        return job === undefined ? [] : [{ job, result }];
      });
      await finish(stage, done);
      return done.length;
    } catch {
      // Whatever it is belongs to one of them, which says it when it is run.
      return null;
    }
  }

  async function runJob(stage: Stage, job: Job): Promise<void> {
    try {
      await finish(stage, [{ job, result: await stage.run(job) }]);
    } catch (error) {
      await fail(stage, job, error).catch((failure: unknown) => {
        // The lease ends by itself, and the job is then taken again.
        log("error", "cannot record that a job failed", { job: job.id, code: reduceFailure(failure).code });
      });
    }
  }

  async function finish(
    { isRepeatable = false }: Stage,
    done: readonly { readonly job: Job; readonly result: StageResult }[],
  ): Promise<void> {
    await storage.transaction(
      async (stores) => {
        for (const { job, result } of done) {
          const completed = await stores.jobs.complete(job);
          if (!completed.ok) throw new AppError("APP_LEASE_LOST", "the job's lease ended before the job did");
          // Afterwards, so that a job with the same unique key can follow.
          await result.record?.(stores);
        }
      },
      { isRepeatable },
    );
  }

  async function fail(stage: Stage, job: Job, error: unknown): Promise<void> {
    const { code, message, retryAfterMs, isFinal } = reduceFailure(error);
    const facts = { delivery: deliveryOf(job), code, attempt: job.attempt, why: message };
    const delayMs = isFinal ? null : nextDelayMs(stage.retry, job.attempt, retryAfterMs);
    if (delayMs !== null) {
      log("warn", `${job.kind} failed, next try in ${seconds(delayMs)}`, facts);
      await storage.jobs.retry(job, { delayMs, errorCode: code });
      return;
    }
    log("error", `${job.kind} given up; it is kept in the dead letters`, facts);
    await storage.transaction(async (stores) => {
      await stores.jobs.bury(job, code);
      await stage.giveUp(job, code).record?.(stores);
    });
  }

  return {
    start() {
      stopListening = storage.jobs.onWork(() => pumps.forEach(({ wake }) => wake()));
      for (const { wake } of pumps) wake();
    },
    idle: () =>
      new Promise((resolve) => {
        waiters.push(resolve);
        for (const { wake } of pumps) wake();
        settle();
      }),
    async stop(timeoutMs) {
      stopping.abort();
      stopListening();
      for (const { state } of pumps) state.cancelTimer();
      if (running.size > 0) {
        let cancel = (): void => {};
        const late = new Promise<void>((resolve) => {
          cancel = scheduler.after(timeoutMs, resolve);
        });
        await Promise.race([late, new Promise<void>((resolve) => waiters.push(resolve))]);
        cancel();
      }
      for (const job of running.values()) {
        log("warn", "a job takes too long and is given back to the queue", { kind: job.kind, job: job.id });
        await storage.jobs.retry(job, { delayMs: 0, errorCode: "APP_STOPPED" });
      }
    },
  };
}

function deliveryOf(job: Job): string | undefined {
  const { push } = job.payload as { push?: { delivery?: string } };
  return push?.delivery;
}

function seconds(delayMs: number): string {
  return delayMs < 1_000 ? `${delayMs} ms` : `${Math.round(delayMs / 1_000)} s`;
}
