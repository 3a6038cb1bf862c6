import type { RateLimit, RateLimitState } from "@keywarden/management";

export interface RateLimiter {
  /** Takes from all limits or from none, in one step that nothing can come between. */
  take(id: string, limits: readonly RateLimit[], cost?: number): RateDecision;
  /** Whether one more would be let through, without taking it. */
  hasRoom(id: string, limits: readonly RateLimit[]): boolean;
}

export interface RateDecision {
  readonly allowed: boolean;
  /** After it was taken; `resetSeconds` is until something is free again, or what was asked for where it was not there. */
  readonly states: readonly RateLimitState[];
}

/** What was taken within one part of a window; it counts until the window after its last moment is over. */
interface Part {
  readonly firstMs: number;
  lastMs: number;
  used: number;
}

interface Window {
  parts: Part[];
  used: number;
}

/** With more parts than this, what was taken within a fiftieth of the window counts until all of it has to go. */
const PARTS = 50;

/**
 * Counts in windows that slide: in no stretch of time as long as a window more passes than its limit. Counts live in
 * this process, for as many ids as are given at most.
 */
export function makeRateLimiter(now: () => number, mostIds = 100_000): RateLimiter {
  let windows = new Map<string, Window[]>();
  let longestMs = 0;

  const windowsOf = (id: string, limits: readonly RateLimit[], nowMs: number): readonly Window[] => {
    let own = windows.get(id);
    if (own === undefined || own.length !== limits.length) {
      own = limits.map(() => ({ parts: [], used: 0 }));
      if (windows.size >= mostIds) windows = forgetOld(windows, nowMs - longestMs, mostIds);
      windows.set(id, own);
    }
    for (const [index, { windowSeconds }] of limits.entries()) {
      longestMs = Math.max(longestMs, windowSeconds * 1000);
      const window = own[index];
      if (window !== undefined) dropOld(window, nowMs - windowSeconds * 1000);
    }
    return own;
  };

  return {
    take: (id, limits, cost = 1) => {
      const nowMs = now();
      const own = windowsOf(id, limits, nowMs);
      const allowed = limits.every(({ requests }, index) => (own[index]?.used ?? 0) + cost <= requests);
      const states = limits.map(({ requests, windowSeconds }, index) => {
        const window = own[index] ?? { parts: [], used: 0 };
        const windowMs = windowSeconds * 1000;
        if (allowed) add(window, nowMs, windowMs / PARTS, cost);
        const needed = allowed ? 1 : Math.max(1, window.used + cost - requests);
        return {
          requests,
          windowSeconds,
          remaining: Math.max(0, requests - window.used),
          resetSeconds: Math.ceil((freeAtMs(window, needed, nowMs) + windowMs - nowMs) / 1000),
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

function dropOld(window: Window, untilMs: number): void {
  let old = 0;
  for (const { lastMs, used } of window.parts) {
    if (lastMs > untilMs) break;
    window.used -= used;
    old += 1;
  }
  if (old > 0) window.parts.splice(0, old);
}

function add(window: Window, nowMs: number, partMs: number, cost: number): void {
  const last = window.parts.at(-1);
  window.used += cost;
  const isNew = last === undefined || (last.lastMs !== nowMs && window.parts.length < PARTS);
  if (isNew || nowMs - last.firstMs >= partMs)
    window.parts.push({ firstMs: nowMs, lastMs: nowMs, used: cost });
  else {
    last.lastMs = nowMs;
    last.used += cost;
  }
}

/** The last moment of the part with whose end so much will be free; the current one where nothing is taken. */
function freeAtMs({ parts }: Window, needed: number, nowMs: number): number {
  let free = 0;
  for (const { lastMs, used } of parts) {
    free += used;
    if (free >= needed) return lastMs;
  }
  return parts.at(-1)?.lastMs ?? nowMs;
}

function forgetOld(
  windows: ReadonlyMap<string, Window[]>,
  beforeMs: number,
  mostIds: number,
): Map<string, Window[]> {
  const kept = [...windows].filter(([, own]) =>
    own.some(({ parts }) => (parts.at(-1)?.lastMs ?? -Infinity) >= beforeMs),
  );
  // Where all are in use the oldest half goes: memory is bounded before every count is exact.
  return new Map(kept.length < mostIds ? kept : kept.slice(mostIds / 2));
}
