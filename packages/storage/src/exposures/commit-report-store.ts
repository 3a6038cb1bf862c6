import type { JsonObject } from "../json/json.ts";
import type { RepositoryId } from "./exposure-store.ts";

/** What is told of one commit: how far it has been looked at and how much of that has been published. */
export interface CommitReport {
  readonly commit: string;
  /** Grows with each change of what the report says. */
  readonly version: number;
  /** The version that the repository host has; 0 before. */
  readonly publishedVersion: number;
  readonly receivedAtMs: number;
  /** The account of the scan; `null` until it is done. */
  readonly account: JsonObject | null;
  /** The code with which the scan was given up. */
  readonly givenUp: string | null;
  /** Earlier commits of the same pushes that have keys to report. */
  readonly also: readonly string[];
  /** 1 for the first check run, one more for each that replaces it. */
  readonly run: number;
  /** Digest of the annotations that the run has or is about to get; `null` when none were sent. */
  readonly annotations: string | null;
}

/** Reports by commit. Whoever changes what one says calls {@link CommitReportStore.touch} in the same transaction. */
export interface CommitReportStore {
  /** Asks for a report of a commit; `false` when there is one already. */
  want(repository: RepositoryId, commit: string, receivedAtMs: number): Promise<boolean>;
  /** Records what a scan says, and touches the report. */
  record(
    repository: RepositoryId,
    commit: string,
    change: {
      readonly account?: JsonObject;
      readonly givenUp?: string | null;
      readonly also?: readonly string[];
    },
  ): Promise<void>;
  /** Raises the version of the reports of these commits and of those that mention them, and gives their commits. */
  touch(repository: RepositoryId, commits: readonly string[]): Promise<readonly string[]>;
  get(repository: RepositoryId, commit: string): Promise<CommitReport | null>;
  /** Commits of every report of a repository. */
  list(repository: RepositoryId): Promise<readonly CommitReport[]>;
  /** Chooses the check run that gets these annotations, before they are sent. */
  startRun(
    repository: RepositoryId,
    commit: string,
    run: { readonly run: number; readonly annotations: string | null },
  ): Promise<void>;
  /** Records that a version was published; `false` when there is a newer one by now. */
  finish(repository: RepositoryId, commit: string, version: number): Promise<boolean>;
}
