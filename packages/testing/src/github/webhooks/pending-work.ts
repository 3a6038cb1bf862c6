/** Counts what is under way, so that a test can wait for the end of it without sleeping. */
export interface PendingWork {
  /** Adds the work; its failure is the owner's to handle and counts as an end. */
  add(work: Promise<unknown>): void;
  /** Resolves when nothing is under way, including what the work itself has added. */
  settled(): Promise<void>;
}

export function makePendingWork(): PendingWork {
  const pending = new Set<Promise<unknown>>();
  return {
    add(work) {
      const ended: Promise<boolean> = work.then(
        () => pending.delete(ended),
        () => pending.delete(ended),
      );
      pending.add(ended);
    },
    async settled() {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}
