import type { JobState, NewJob } from "./job-queue.ts";

/** Says that a webhook delivery arrived. Of its payload only the digest is kept; what the work needs is in the job. */
export interface Delivery {
  /** `X-GitHub-Delivery`: the same for every redelivery. */
  readonly guid: string;
  readonly event: string;
  readonly action?: string | null;
  /** SHA-256 of the raw body, 64 lower-case hex. */
  readonly payloadSha256: string;
  readonly receivedAtMs?: number;
}

export interface StoredDelivery {
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly payloadSha256: string;
  readonly receivedAtMs: number;
  readonly jobId: string | null;
}

export type AcceptResult =
  /** New; its job is queued (`jobId` is `null` when it asked for none). */
  | { readonly outcome: "accepted"; readonly jobId: string | null }
  /** New, but an unfinished job with the same unique key does its work already. */
  | { readonly outcome: "coalesced"; readonly jobId: string }
  /** Seen before; `jobState` is `null` when its job is forgotten or never was. */
  | { readonly outcome: "duplicate"; readonly jobState: JobState | null }
  /** Seen before, and its job was buried: it is queued again. */
  | { readonly outcome: "redriven"; readonly jobId: string };

export interface DeliveryStore {
  /** Records a delivery and queues its job in one transaction; both are durable when the promise resolves. */
  accept(delivery: Delivery, job: NewJob | null): Promise<AcceptResult>;
  get(guid: string): Promise<StoredDelivery | null>;
  /**
   * Forgets deliveries older than `olderThanMs` whose job is finished. Returns how many.
   *
   * @throws StorageError STORAGE_BAD_VALUE under 8 days: GitHub Enterprise Server redelivers for 7
   */
  prune(options: { readonly olderThanMs: number }): Promise<number>;
}
