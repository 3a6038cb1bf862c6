import type { HighWaterClock } from "../time/high-water-clock.ts";
import type { Session } from "./session.ts";

export interface OpenedSession {
  readonly session: Session;
  readonly clock: HighWaterClock;
  /** Whether no other process can be at work in this database. */
  readonly isExclusive: boolean;
  readonly close: () => Promise<void>;
}
