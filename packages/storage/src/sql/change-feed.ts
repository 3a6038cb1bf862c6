/** Tells what other processes change in a database that they share, so that what was read can be used again. */
export interface ChangeFeed {
  /**
   * Whether what was read may be used without reading again: every change that another process made `stalenessMs` ago
   * or earlier has been told to those who watch.
   */
  isCurrent(): boolean;
  /**
   * The same, where nobody asked for a while once it has been asked what was missed: no longer than one question of the
   * database takes, of which many that wait then need none of their own.
   */
  becomesCurrent(): Promise<boolean>;
  /**
   * Calls a listener with the id of a key that another process changed; with `null` where anything may have changed.
   *
   * @returns what ends it
   */
  watch(listener: (keyId: string | null) => void): () => void;
  /** Waits until no process uses what it read before a change that is durable by now. */
  settled(): Promise<void>;
}

/** Of a database that one process has for itself. */
export const alwaysCurrent: ChangeFeed = {
  isCurrent: () => true,
  becomesCurrent: () => Promise.resolve(true),
  watch: () => () => {},
  settled: () => Promise.resolve(),
};

/** For processes that read again at every question. */
export const neverCurrent: ChangeFeed = {
  ...alwaysCurrent,
  isCurrent: () => false,
  becomesCurrent: () => Promise.resolve(false),
};

/** What was read is used for so long after the last proof that no change was missed. */
export const stalenessMs = 75;

/** Until then a change that is durable is known to all processes, with time for PostgreSQL to tell them. */
export const settledAfterMs = 100;
