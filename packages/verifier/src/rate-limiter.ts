import type { RateLimit, RateLimitState } from "@keywarden/management";

export interface RateLimiter {
  /** Takes from all limits or from none, in one step that nothing can come between. */
  take(id: string, limits: readonly RateLimit[], cost?: number): RateDecision;
  /** Whether one more would be let through, without taking it. */
  hasRoom(id: string, limits: readonly RateLimit[]): boolean;
}

export interface RateDecision {
  readonly allowed: boolean;
  readonly states: readonly RateLimitState[];
}

interface Window {
  startMs: number;
  used: number;
}

const MOST_IDS = 100_000;

/**
 * Counts in windows that begin with the first request in them, so that `remaining` and `resetSeconds` are exact.
 * Two windows may touch: at most twice the limit passes within one window's length. Counts live in this process.
 */
export function makeRateLimiter(now: () => number): RateLimiter {
  let windows = new Map<string, Window[]>();
  let longestMs = 0;

  const windowsOf = (id: string, limits: readonly RateLimit[], nowMs: number): readonly Window[] => {
    let own = windows.get(id);
    if (own === undefined || own.length !== limits.length) {
      own = limits.map(() => ({ startMs: nowMs, used: 0 }));
      if (windows.size >= MOST_IDS) windows = forgetOld(windows, nowMs - longestMs);
      windows.set(id, own);
    }
    for (const [index, { windowSeconds }] of limits.entries()) {
      const window = own[index];
      longestMs = Math.max(longestMs, windowSeconds * 1000);
      if (window !== undefined && nowMs - window.startMs >= windowSeconds * 1000) {
        window.startMs = nowMs;
        window.used = 0;
      }
    }
    return own;
  };

  return {
    take: (id, limits, cost = 1) => {
      const nowMs = now();
      const own = windowsOf(id, limits, nowMs);
      const allowed = limits.every(({ requests }, index) => (own[index]?.used ?? 0) + cost <= requests);
      const states = limits.map(({ requests, windowSeconds }, index) => {
        const window = own[index] ?? { startMs: nowMs, used: 0 };
        if (allowed) window.used += cost;
        const resetMs = window.startMs + windowSeconds * 1000 - nowMs;
        return {
          requests,
          windowSeconds,
          remaining: Math.max(0, requests - window.used),
          resetSeconds: Math.ceil(resetMs / 1000),
        };
      });
      return { allowed, states };
    },
    hasRoom: (id, limits) => {
      const own = windowsOf(id, limits, now());
      return limits.every(({ requests }, index) => (own[index]?.used ?? 0) < requests);
    },
  };
}

function forgetOld(windows: ReadonlyMap<string, Window[]>, beforeMs: number): Map<string, Window[]> {
  const kept = [...windows].filter(([, own]) => own.some(({ startMs }) => startMs >= beforeMs));
  // Where all are in use the oldest half goes: memory is bounded before every count is exact.
  return new Map(kept.length < MOST_IDS ? kept : kept.slice(MOST_IDS / 2));
}
