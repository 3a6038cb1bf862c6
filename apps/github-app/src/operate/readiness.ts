import type { Log } from "../log.ts";
import { reduceFailure } from "../jobs/failure.ts";

/** One thing that the App cannot work without. */
export interface Part {
  readonly name: string;
  /** Rejects while it does not work, with the reason. */
  readonly check: () => Promise<unknown>;
  /** For how long after it was asked for an answer is kept that it works; absent: 15 s. */
  readonly keptWhileWellMs?: number;
  /** The same of an answer that it does not; absent: 2 s. */
  readonly keptWhileFailingMs?: number;
}

export interface Readiness {
  /** Gives the names of the parts that do not work; empty when the App is ready. */
  failing(): Promise<readonly string[]>;
}

// Whoever asks every second must not make the App ask GitHub and the providers every second.
const usuallyKeptWhileWellMs = 15_000;
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
  const {
    name,
    check,
    keptWhileWellMs = usuallyKeptWhileWellMs,
    keptWhileFailingMs = usuallyKeptWhileFailingMs,
  } = part;
  let isWell: boolean | null = null;
  let isFresh = (): boolean => false;
  let asking: Promise<boolean> | null = null;
  const ask = async (): Promise<boolean> => {
    // From the question on: an answer may be of what was so before it came.
    const ageMs = makeAge(clock);
    const reason = await within(check()).then(
      () => null,
      (error: unknown) => reduceFailure(error).message,
    );
    const was = isWell;
    isWell = reason === null;
    const keptMs = isWell ? keptWhileWellMs : keptWhileFailingMs;
    isFresh = () => ageMs() < keptMs;
    if (reason !== null && was !== false) log("warn", `not ready: ${name}`, { why: reason });
    if (reason === null && was === false) log("info", `ready again: ${name}`);
    return isWell;
  };
  return () => {
    if (isWell !== null && isFresh()) return Promise.resolve(isWell);
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  };
}

/** Gives how long ago this was; endless once the machine's clock was set back, and never less than what has passed. */
function makeAge(clock: () => number): () => number {
  const [atMs, steadyAtMs] = [clock(), performance.now()];
  return () => {
    const ageMs = clock() - atMs;
    return ageMs < 0 ? Infinity : Math.max(ageMs, performance.now() - steadyAtMs);
  };
}

async function within(work: Promise<unknown>): Promise<void> {
  const signal = AbortSignal.timeout(timeoutMs);
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new DOMException("no answer in time", "TimeoutError")));
  });
  await Promise.race([work, late]);
}
