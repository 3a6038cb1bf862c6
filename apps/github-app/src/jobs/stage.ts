import type { ExposureStores, Job } from "@keywarden/storage";
import type { z } from "zod";

/** When a stage that failed is tried again; delays double from the first to the longest. */
export interface RetryPolicy {
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
}

/** Writes in the transaction that ends a job, once the job itself has ended. */
export type Recording = (stores: ExposureStores) => Promise<void>;

export interface StageResult {
  readonly record?: Recording;
}

/** One step of the pipeline; it can be run again at any point without doing its effect twice. */
export interface Stage {
  readonly kind: string;
  readonly retry: RetryPolicy;
  run(job: Job): Promise<StageResult>;
  /** Whether it has no effect but its record, so that a power cut may take that back: then it is run again. */
  readonly isRepeatable?: boolean;
  /**
   * Does the first of several jobs of one group at once, with the same results as one after another: as many as that goes for, none where
   * the first is to be run alone. Absent where nothing is saved by it.
   *
   * @throws whatever: then each is run alone
   */
  readonly together?: (jobs: readonly Job[]) => Promise<readonly StageResult[]>;
  /** What is still owed when the stage is given up. */
  giveUp(job: Job, code: string): StageResult;
}

/** Makes a stage out of work on a payload that has been checked. */
export function makeStage<Payload>(options: {
  readonly kind: string;
  readonly retry: RetryPolicy;
  /** As {@link Stage.isRepeatable}. */
  readonly isRepeatable?: boolean;
  readonly schema: z.ZodType<Payload>;
  readonly run: (payload: Payload, job: Job) => Promise<StageResult>;
  /** As {@link Stage.together}; with the first of the jobs, which says what group and kind they are of. */
  readonly together?: (payloads: readonly Payload[], job: Job) => Promise<readonly StageResult[]>;
  readonly giveUp?: (payload: Payload, code: string) => StageResult;
}): Stage {
  const { kind, retry, isRepeatable = false, schema, run, together, giveUp } = options;
  return {
    kind,
    retry,
    isRepeatable,
    run: (job) => run(schema.parse(job.payload), job),
    ...(together !== undefined && {
      together: async (jobs) => {
        const [first] = jobs;
        if (first === undefined) return [];
        return together(
          jobs.map(({ payload }) => schema.parse(payload)),
          first,
        );
      },
    }),
    giveUp: (job, code) => {
      const payload = schema.safeParse(job.payload);
      return payload.success ? (giveUp?.(payload.data, code) ?? {}) : {};
    },
  };
}

// Whatever the other side says, a key is not left exposed for longer than this without another try.
const longestWaitMs = 3_600_000;

/** Gives the wait before the next attempt, or null when there is none. */
export function nextDelayMs(
  policy: RetryPolicy,
  attempt: number,
  retryAfterMs: number | undefined,
): number | null {
  if (attempt >= policy.attempts) return null;
  const backOffMs = Math.min(policy.firstDelayMs * 2 ** (attempt - 1), policy.longestDelayMs);
  return Math.max(backOffMs, Math.min(retryAfterMs ?? 0, longestWaitMs));
}
