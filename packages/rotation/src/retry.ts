import { redactWithin, type ProviderProfile } from "@keywarden/key-format";
import { ManagementError, type ManagementErrorCode } from "@keywarden/management";
import { RotationError } from "./rotation-error.ts";
import { SinkError } from "./sinks/sink-error.ts";

export interface StepFailure {
  readonly code: string;
  /** Fit to be written down: redacted. */
  readonly message: string;
  /** Whether the same may go well a moment later. */
  readonly isTransient: boolean;
  readonly retryAfterMs: number | undefined;
}

const transientCodes: ReadonlySet<ManagementErrorCode> = new Set([
  "MANAGEMENT_RATE_LIMITED",
  "MANAGEMENT_UNAVAILABLE",
  "MANAGEMENT_UNREACHABLE",
  "MANAGEMENT_TIMEOUT",
]);

/** Says what a failure of a step means for the rotation; its message shows no key of these providers. */
export function judgeFailure(error: unknown, providers: readonly ProviderProfile[]): StepFailure {
  const message = redactWithin(error instanceof Error ? error.message : String(error), providers);
  if (error instanceof ManagementError) {
    const { code, retryAfterMs } = error;
    if (error.reason === "idempotency_in_flight") {
      return { code: "IN_FLIGHT", message, isTransient: true, retryAfterMs };
    }
    return { code, message, isTransient: transientCodes.has(code), retryAfterMs };
  }
  if (error instanceof SinkError || error instanceof RotationError) {
    const { code, isTransient, retryAfterMs } = error;
    return { code, message, isTransient, retryAfterMs };
  }
  return { code: "UNEXPECTED", message, isTransient: false, retryAfterMs: undefined };
}

/** Failures that a moment may mend make a rotation wait for a person only after so long. */
export const retryPatienceMs = 10 * 60_000;

/** A longer wait is reported to the caller instead. */
export const longestRetryMs = 15 * 60_000;

/** Milliseconds until the next try: doubling from a second to a minute, half of it random, never earlier than asked for. */
export function retryDelayMs(failures: number, retryAfterMs: number | undefined, random: number): number {
  const backOffMs = Math.min(60_000, 1000 * 2 ** Math.max(0, failures - 1));
  return Math.max(retryAfterMs ?? 0, backOffMs * (0.5 + random / 2));
}
