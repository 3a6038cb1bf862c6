/** How bytes were put together of others. */
export interface Edit {
  /** Pieces that were taken over: of each its offset in the old bytes, its size and its offset in the new ones. */
  readonly copies: ArrayLike<number>;
  /** Puts what is new together, and where two pieces meet, with so many bytes on both sides. */
  readonly gather: (aroundBytes: number) => JoinedRuns;
}

/** Runs of bytes around all changes; those that touch are one. */
export interface JoinedRuns {
  /** All runs, one behind the other. */
  readonly bytes: Buffer;
  /** Of each run, in ascending order, where it begins and ends in the new bytes, and where it ends in `bytes`. */
  readonly windows: ArrayLike<number>;
}
