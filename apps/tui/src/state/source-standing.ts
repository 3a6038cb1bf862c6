import { readAgainAfterMs, type SourceId } from "./source.ts";
import type { State } from "./state.ts";

/** An older alert is no reason to do something next. */
export const alertsForMs = 7 * 86_400_000;

// An answer takes a moment, and the next question waits for the clock.
const slackMs = 5000;

/** How far what is on screen of a source can be believed. */
export interface SourceStanding {
  readonly source: SourceId;
  /** `unread` until the first answer; `failed` when the last question was not answered; `old` when an answer is late. */
  readonly is: "current" | "unread" | "failed" | "old";
  /** When what is known of it was read; null where nothing is. */
  readonly valueAtMs: number | null;
  /** How many were read where the server has more; null where all were. */
  readonly newest: number | null;
  /** Why the last question failed, in words; empty where it did not. */
  readonly problem: string;
}

/** Says of each source how far it can be believed; one that nobody configured is left out. */
export function sourceStandings(state: State, sources: readonly SourceId[]): readonly SourceStanding[] {
  return sources
    .filter((source) => source !== "exposures" || state.hasApp)
    .map((source) => standingOf(state, source));
}

/** Whether the alerts that were read go back as far as what is next asks. */
function knowsWeek({ readings, nowMs }: Pick<State, "readings" | "nowMs">): boolean {
  const oldest = readings.alerts?.value?.at(-1);
  return oldest !== undefined && Date.parse(oldest.lastAt) < nowMs - alertsForMs;
}

function standingOf({ readings, nowMs, screen }: State, source: SourceId): SourceStanding {
  const reading = readings[source];
  const valueAtMs = reading?.valueAtMs ?? null;
  const isPart =
    reading?.isPart === true && !(source === "alerts" && screen === "next" && knowsWeek({ readings, nowMs }));
  const newest = isPart && Array.isArray(reading.value) ? reading.value.length : null;
  if (reading?.problem) return { source, is: "failed", valueAtMs, newest, problem: reading.problem.message };
  if (reading === undefined || valueAtMs === null)
    return { source, is: "unread", valueAtMs, newest, problem: "" };
  const { staleAtMs } = reading;
  const isLate = nowMs - valueAtMs > (readAgainAfterMs[source] ?? Infinity) + slackMs;
  const isStale = staleAtMs !== null && nowMs - staleAtMs > slackMs;
  return { source, is: isLate || isStale ? "old" : "current", valueAtMs, newest, problem: "" };
}
