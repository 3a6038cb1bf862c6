/** How far a report to the repository host got: GitHub appends annotations, so a batch must not be sent twice. */
export interface Checkpoint {
  readonly externalId: string;
  readonly checkRunId: number | null;
  /** Batches that the host has acknowledged. */
  readonly batchesSent: number;
  /** When a request was begun whose answer is not known; `null` once it is. */
  readonly sendingSinceMs: number | null;
}

export interface CheckpointStore {
  get(externalId: string): Promise<Checkpoint | null>;
  /** Records progress; `batchesSent` only ever grows, and a known check run id is never lost. */
  save(checkpoint: Checkpoint): Promise<void>;
}
