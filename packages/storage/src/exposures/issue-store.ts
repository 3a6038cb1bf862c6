/** The issue at the repository host that tells people of one exposure. */
export interface ExposureIssue {
  readonly exposureId: number;
  /** Grows with each change of what the issue says. */
  readonly version: number;
  /** The version that the host has; 0 before. */
  readonly toldVersion: number;
  /** Where it is, or is about to be written; `null` before that. */
  readonly target: IssueTarget | null;
  /** `null` until the host has named it: once there is a target, it may exist all the same. */
  readonly number: number | null;
}

export interface IssueTarget {
  readonly repositoryId: number;
  /** When the App set out to write it. */
  readonly intendedAtMs: number;
}

/** Issues by exposure. */
export interface IssueStore {
  /** Notes that an issue has something new to say; call it in the transaction that decides it. */
  touch(exposureId: number): Promise<void>;
  get(exposureId: number): Promise<ExposureIssue | null>;
  /** Records where the issue is about to be written, before it is. */
  intend(exposureId: number, target: Pick<IssueTarget, "repositoryId">): Promise<void>;
  setNumber(exposureId: number, number: number): Promise<void>;
  /** Records that a version was told; `false` when there is a newer one by now. */
  finish(exposureId: number, version: number): Promise<boolean>;
}
