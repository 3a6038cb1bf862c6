/** What was taken from one window of a key's rate limits after a request for more. */
export interface RateGrant {
  readonly granted: number;
  /** In order, the last one current; each is a fiftieth of the window long. */
  readonly slots: readonly number[];
  /** When the current slot began, epoch milliseconds. */
  readonly slotStartMs: number;
}

/** Counts of rate limits that processes share. They are lost with the database's memory, as those of a process are with its. */
export interface RateStore {
  /** Takes as much of what is wanted as is free; in no stretch as long as the window more than the limit is given. */
  take(asked: {
    readonly id: string;
    readonly windowMs: number;
    readonly limit: number;
    readonly wanted: number;
  }): Promise<RateGrant>;
  /** Gives back what was granted and not used, while its slot is the current one. */
  giveBack(asked: {
    readonly id: string;
    readonly windowMs: number;
    readonly slotStartMs: number;
    readonly unused: number;
  }): Promise<void>;
  /** Forgets the windows in which nothing is counted any more. Returns how many. */
  prune(): Promise<number>;
}

/** A window and a bit: what is counted covers at least the window. */
export const rateSlots = 51;

export function rateSlotMs(windowMs: number): number {
  return windowMs / (rateSlots - 1);
}
