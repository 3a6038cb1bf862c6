import { ManagementError } from "@keywarden/management";
import type { ManagementErrorCode } from "@keywarden/management";

/** Knows which providers do not answer, so that the keys of one that is down keep no key of another waiting. */
export interface ProviderOutages {
  /** Asks a provider; while it is known to be down, only now and then, and fails at once in between. */
  guard<T>(provider: string, ask: () => Promise<T>): Promise<T>;
  /** Asks it however it was before, and remembers whether it answered. */
  notice<T>(provider: string, ask: () => Promise<T>): Promise<T>;
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

export function makeProviderOutages(clock: () => number): ProviderOutages {
  const down = new Map<string, { readonly error: ManagementError; askAtMs: number }>();
  const outages: ProviderOutages = {
    isDown: (provider) => down.has(provider),
    guard(provider, ask) {
      const outage = down.get(provider);
      if (outage !== undefined) {
        if (clock() < outage.askAtMs) return Promise.reject(outage.error);
        // One asks; whoever comes while it waits for the answer does not.
        outage.askAtMs = clock() + askDownEveryMs;
      }
      return outages.notice(provider, ask);
    },
    async notice(provider, ask) {
      try {
        const answer = await ask();
        down.delete(provider);
        return answer;
      } catch (error) {
        if (!(error instanceof ManagementError)) throw error;
        // It answers, if not as it should.
        if (!noAnswer.has(error.code)) down.delete(provider);
        else down.set(provider, { error, askAtMs: clock() + askDownEveryMs });
        throw error;
      }
    },
  };
  return outages;
}
