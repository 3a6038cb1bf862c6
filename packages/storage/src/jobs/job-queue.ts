import type { JsonObject } from "../json/json.ts";

export type JobState = "queued" | "running" | "done" | "buried";

export interface NewJob {
  readonly id: string;
  readonly kind: string;
  /** Only what the work needs. Text in it that looks like a whole key is masked before it is stored. */
  readonly payload: JsonObject;
  /** Epoch milliseconds; at once when absent. */
  readonly runAtMs?: number;
  /** At most one unfinished (queued or running) job has this key; a second one is a duplicate. */
  readonly uniqueKey?: string;
  /** Jobs of one group can be made to take turns, see {@link JobClaim.exceptGroups}; for the App's storage alone. */
  readonly group?: string;
}

export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly payload: JsonObject;
  readonly uniqueKey: string | null;
  readonly group: string | null;
  readonly state: JobState;
  /** Queued: when it may run. Running: when its lease ends. `null` once it is done or buried. */
  readonly dueAtMs: number | null;
  /** How often it was claimed, this time included: the fence that tells this claim from a later one. */
  readonly attempt: number;
  readonly worker: string | null;
  readonly errorCode: string | null;
  readonly createdAtMs: number;
  readonly finishedAtMs: number | null;
}

/** A claimed job, or its id. With the job itself a worker that lost its lease cannot touch a later claim. */
export type JobHandle = string | { readonly id: string; readonly attempt: number };

export interface JobClaim {
  /** In order of priority: a due job of an earlier kind always goes first, then the one that is due longest. */
  readonly kinds: readonly string[];
  /** After this many milliseconds without a heartbeat the job goes to another worker. */
  readonly leaseMs: number;
  readonly worker: string;
  /** Passes over the jobs of these groups: somebody works on them. */
  readonly exceptGroups?: readonly string[];
}

/** `not-running` when the lease was lost or the job is finished: then nothing was changed. */
export type JobResult = { readonly ok: true } | { readonly ok: false; readonly reason: "not-running" };

export interface EnqueueResult {
  readonly outcome: "enqueued" | "duplicate";
  /** Of the job that stands for it: the new one, or the one there was. */
  readonly id: string;
}

export type JobCounts = Readonly<Record<JobState, number>>;

/**
 * Durable work, done at least once. Jobs that were running when the process died are queued again when the
 * storage is opened; a lease that is not renewed in time goes to the next claim.
 */
export interface JobQueue {
  /** Adds a job, unless its id or its unique key is taken. */
  enqueue(job: NewJob): Promise<EnqueueResult>;
  /** Takes the next due job; no two claims ever hold the same one. */
  claim(claim: JobClaim): Promise<Job | null>;
  /** Takes the due jobs of a group in the order in which they would be claimed one by one; no two claims ever hold the same one. */
  claimGroup(claim: {
    readonly group: string;
    readonly kind: string;
    readonly limit: number;
    readonly leaseMs: number;
    readonly worker: string;
  }): Promise<readonly Job[]>;
  /** Extends the lease to `leaseMs` from now. */
  heartbeat(job: JobHandle, leaseMs: number): Promise<JobResult>;
  /** Finishes a job and adds what follows from it, both or neither. */
  complete(job: JobHandle, options?: { readonly followUps?: readonly NewJob[] }): Promise<JobResult>;
  /** Queues it again; `errorCode` is a code; anything that reads like a message is stored as `UNCODED`. */
  retry(
    job: JobHandle,
    options: { readonly delayMs: number; readonly errorCode: string },
  ): Promise<JobResult>;
  /** Gives it up for people to look at (the dead letter). */
  bury(job: JobHandle, errorCode: string): Promise<JobResult>;
  /** Queues a buried job again, with its attempts counted from 0; `not-buried` also when its unique key is taken by now. */
  redrive(id: string): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: "not-buried" }>;
  /** Makes every queued job of these kinds due at once: what it waited for is there. Returns how many. */
  hasten(kinds: readonly string[]): Promise<number>;
  get(id: string): Promise<Job | null>;
  /** Gives jobs of one group that wait for nothing but their turn, in the order in which they are claimed. */
  listDue(options: {
    readonly group: string;
    readonly kind: string;
    readonly limit: number;
  }): Promise<readonly Job[]>;
  listBuried(options?: { readonly limit?: number }): Promise<readonly Job[]>;
  counts(): Promise<JobCounts>;
  /** The earliest moment at which a claim of these kinds can succeed, which may be past; `null` when there is nothing to wait for. */
  nextDueAtMs(kinds: readonly string[]): Promise<number | null>;
  /** Calls the listener after each commit that may have made work available; returns the way to stop. */
  onWork(listener: () => void): () => void;
  /** Forgets done jobs that finished before the moment; buried ones stay. Returns how many. */
  prune(options: { readonly finishedBeforeMs: number }): Promise<number>;
}
