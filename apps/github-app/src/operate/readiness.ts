import type { Log } from "../log.ts";
import { reduceFailure } from "../jobs/failure.ts";

/** One thing that the App cannot work without. */
export interface Part {
  readonly name: string;
  /** Rejects while it does not work, with the reason. */
  readonly check: () => Promise<unknown>;
  /** For how long an answer is kept that it does not work; absent: 2 s. */
  readonly keptWhileFailingMs?: number;
}

export interface Readiness {
  /** Gives the names of the parts that do not work; empty when the App is ready. */
  failing(): Promise<readonly string[]>;
}

// Whoever asks every second must not make the App ask GitHub and the providers every second.
const keptWhileWellMs = 15_000;
const usuallyKeptWhileFailingMs = 2_000;
const timeoutMs = 5_000;

/** Checks the parts when somebody asks, and remembers the answers for a while. */
export function makeReadiness(parts: readonly Part[], clock: () => number, log: Log): Readiness {
  const checks = parts.map((part) => makeCheck(part, clock, log));
  return {
    async failing() {
      const answers = await Promise.all(checks.map((isWell) => isWell()));
      return parts.filter((_, index) => answers[index] !== true).map(({ name }) => name);
    },
  };
}

function makeCheck(part: Part, clock: () => number, log: Log): () => Promise<boolean> {
  const { name, check, keptWhileFailingMs = usuallyKeptWhileFailingMs } = part;
  let isWell: boolean | null = null;
  let askAgainAtMs = -Infinity;
  let asking: Promise<boolean> | null = null;
  const ask = async (): Promise<boolean> => {
    const reason = await within(check()).then(
      () => null,
      (error: unknown) => reduceFailure(error).message,
    );
    const was = isWell;
    isWell = reason === null;
    askAgainAtMs = clock() + (isWell ? keptWhileWellMs : keptWhileFailingMs);
    if (reason !== null && was !== false) log("warn", `not ready: ${name}`, { why: reason });
    if (reason === null && was === false) log("info", `ready again: ${name}`);
    return isWell;
  };
  return () => {
    if (isWell !== null && clock() < askAgainAtMs) return Promise.resolve(isWell);
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  };
}

async function within(work: Promise<unknown>): Promise<void> {
  const signal = AbortSignal.timeout(timeoutMs);
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new DOMException("no answer in time", "TimeoutError")));
  });
  await Promise.race([work, late]);
}
