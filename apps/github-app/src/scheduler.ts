/** Runs something later; the App has no other timer, so that a test can own its time. */
export interface Scheduler {
  /** Calls `run` once after the delay, unless the returned function is called first. */
  after(delayMs: number, run: () => void): () => void;
}

/** The scheduler of the real clock. */
export const realScheduler: Scheduler = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
