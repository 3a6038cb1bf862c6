import { readAgainAfterMs, type SourceId } from "./source.ts";
import type { State } from "./state.ts";

// An answer takes a moment, and the next question waits for the clock.
const slackMs = 5000;

/** How far what is on screen of a source can be believed. */
export interface SourceStanding {
  readonly source: SourceId;
  /** `unread` until the first answer; `failed` when the last question was not answered; `old` when an answer is late. */
  readonly is: "current" | "unread" | "failed" | "old";
  /** When what is known of it was read; null where nothing is. */
  readonly valueAtMs: number | null;
  /** Why the last question failed, in words; empty where it did not. */
  readonly problem: string;
}

/** Says of each source how far it can be believed; one that nobody configured is left out. */
export function sourceStandings(state: State, sources: readonly SourceId[]): readonly SourceStanding[] {
  return sources
    .filter((source) => source !== "exposures" || state.hasApp)
    .map((source) => standingOf(state, source));
}

function standingOf({ readings, nowMs }: State, source: SourceId): SourceStanding {
  const reading = readings[source];
  const valueAtMs = reading?.valueAtMs ?? null;
  if (reading?.problem) return { source, is: "failed", valueAtMs, problem: reading.problem.message };
  if (reading === undefined || valueAtMs === null) return { source, is: "unread", valueAtMs, problem: "" };
  const { staleAtMs } = reading;
  const isLate = nowMs - valueAtMs > (readAgainAfterMs[source] ?? Infinity) + slackMs;
  const isStale = staleAtMs !== null && nowMs - staleAtMs > slackMs;
  return { source, is: isLate || isStale ? "old" : "current", valueAtMs, problem: "" };
}
