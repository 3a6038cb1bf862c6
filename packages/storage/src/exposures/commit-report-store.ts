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
  /** Earlier commits that bring keys in and that the pushes of this one were the first to show. */
  readonly also: readonly string[];
  /** Whether there are more of them. */
  readonly hasMoreAlso: boolean;
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
    },
  ): Promise<void>;
  /**
   * Records that a push showed commits which bring keys in, and gives those about which that says something new. A commit
   * belongs to the push that was the first to show it, in whatever order the pushes are told of.
   */
  show(
    repository: RepositoryId,
    push: {
      /** The commit that the ref names since. */
      readonly head: string;
      readonly commits: readonly string[];
      /** By the repository host's clock. */
      readonly pushedAtMs: number;
    },
  ): Promise<readonly string[]>;
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
