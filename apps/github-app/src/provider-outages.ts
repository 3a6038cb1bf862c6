import { ManagementError } from "@keywarden/management";
import type { ManagementErrorCode } from "@keywarden/management";
import type { Scheduler } from "./scheduler.ts";

/** Knows which providers do not answer, so that the keys of one that is down keep no key of another waiting. */
export interface ProviderOutages {
  /** Asks a provider; while it is known to be down, only now and then, and fails at once in between. */
  guard<T>(provider: string, ask: () => Promise<T>): Promise<T>;
  /** Asks it however it was before, and remembers whether it answered; briefly, it waits for {@link outagePatienceMs} at most. */
  notice<T>(provider: string, ask: () => Promise<T>, how?: "briefly"): Promise<T>;
  /** Whether it is known to be down now. */
  isDown(provider: string): boolean;
}

const noAnswer: ReadonlySet<ManagementErrorCode> = new Set([
  "MANAGEMENT_UNREACHABLE",
  "MANAGEMENT_TIMEOUT",
  "MANAGEMENT_UNAVAILABLE",
]);

/** How often a provider that is down is asked whether it is back. */
export const askDownEveryMs = 3_000;

/**
 * How long an answer is waited for while another question to the same provider waits too: one is enough to learn that it
 * answers late, and the others would take the places of other providers' keys. Whoever waits for a recovery is no more
 * patient, so that it is noticed within this and {@link askDownEveryMs}.
 */
export const outagePatienceMs = 1_500;

export function makeProviderOutages({
  clock,
  scheduler,
}: {
  readonly clock: () => number;
  readonly scheduler: Scheduler;
}): ProviderOutages {
  const down = new Map<string, { readonly error: ManagementError; askAtMs: number }>();
  const waiting = new Map<string, number>();

  const notice = async <T>(provider: string, answer: Promise<T>): Promise<T> => {
    try {
      const answered = await answer;
      down.delete(provider);
      return answered;
    } catch (error) {
      if (!(error instanceof ManagementError)) throw error;
      // It answers, if not as it should.
      if (!noAnswer.has(error.code)) down.delete(provider);
      else down.set(provider, { error, askAtMs: clock() + askDownEveryMs });
      throw error;
    }
  };

  const withPatience = async <T>(provider: string, ask: () => Promise<T>): Promise<T> => {
    const answer = ask();
    const { promise: tired, reject } = Promise.withResolvers<never>();
    const cancel = scheduler.after(outagePatienceMs, () =>
      reject(
        new ManagementError("MANAGEMENT_TIMEOUT", `${provider} did not answer within ${outagePatienceMs} ms`),
      ),
    );
    // An answer that comes after all says that it is back.
    answer.then(
      () => down.delete(provider),
      () => {},
    );
    try {
      return await notice(provider, Promise.race([answer, tired]));
    } finally {
      cancel();
    }
  };

  return {
    isDown: (provider) => down.has(provider),
    async guard(provider, ask) {
      const outage = down.get(provider);
      if (outage !== undefined) {
        if (clock() < outage.askAtMs) throw outage.error;
        // One asks; whoever comes while it waits for the answer does not.
        outage.askAtMs = clock() + askDownEveryMs;
      }
      const before = waiting.get(provider) ?? 0;
      waiting.set(provider, before + 1);
      try {
        return await (before === 0 ? notice(provider, ask()) : withPatience(provider, ask));
      } finally {
        waiting.set(provider, (waiting.get(provider) ?? 1) - 1);
      }
    },
    notice: (provider, ask, how) =>
      how === "briefly" ? withPatience(provider, ask) : notice(provider, ask()),
  };
}
