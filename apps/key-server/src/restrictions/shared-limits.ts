import type { RateLimit, RateLimitState } from "@keywarden/management";
import { rateSlotMs, rateSlots, type RateGrant, type RateStore } from "@keywarden/storage";
import type { RateDecision, SharedRateLimiter } from "@keywarden/verifier";

interface Waiting {
  readonly cost: number;
  readonly decide: (decision: RateDecision) => void;
  readonly fail: (error: unknown) => void;
}

interface Queue {
  readonly limits: readonly RateLimit[];
  waiting: Waiting[];
}

/**
 * Counts rate limits in the storage that processes share. Requests of one key that come while it is asked are asked
 * for together, and while a limit is known to be used up it is not asked at all.
 */
export function makeSharedLimits(rates: RateStore, now: () => number): SharedRateLimiter {
  const queues = new Map<string, Queue>();
  const usedUp = new Map<string, { readonly untilMs: number; readonly states: readonly RateLimitState[] }>();

  const work = async (id: string, queue: Queue): Promise<void> => {
    while (queue.waiting.length > 0) {
      const asking = queue.waiting;
      queue.waiting = [];
      try {
        const decisions = await takeFor(id, queue.limits, asking);
        for (const [index, { decide }] of asking.entries()) {
          const decision = decisions[index];
          if (decision !== undefined) decide(decision);
        }
      } catch (error) {
        for (const { fail } of asking) fail(error);
      }
    }
    queues.delete(id);
  };

  const takeFor = async (
    id: string,
    limits: readonly RateLimit[],
    asking: readonly Waiting[],
  ): Promise<readonly RateDecision[]> => {
    let wanted = asking.reduce((sum, { cost }) => sum + cost, 0);
    const grants: RateGrant[] = [];
    for (const { requests, windowSeconds } of limits) {
      const grant = await rates.take({ id, windowMs: windowSeconds * 1000, limit: requests, wanted });
      grants.push(grant);
      // No limit has to give more than the scarcest.
      wanted = Math.min(wanted, grant.granted);
      if (wanted === 0) break;
    }
    let left = wanted;
    const isAllowed = asking.map(({ cost }) => {
      if (cost > left) return false;
      left -= cost;
      return true;
    });
    const used = wanted - left;
    for (const [index, grant] of grants.entries()) {
      const windowMs = (limits[index]?.windowSeconds ?? 0) * 1000;
      const unused = grant.granted - used;
      if (unused > 0) await rates.giveBack({ id, windowMs, slotStartMs: grant.slotStartMs, unused });
    }
    const nowMs = now();
    const stateFor = (cost: number) =>
      limits.map((limit, index) => stateOf(limit, grants[index], used, cost, nowMs));
    const decisions = asking.map(({ cost }, index) => {
      const allowed = isAllowed[index] ?? false;
      return { allowed, states: stateFor(allowed ? 1 : cost) };
    });
    if (used === 0) {
      const states = stateFor(1);
      const empty = states.filter(({ remaining }) => remaining === 0);
      const waitMs = Math.max(0, ...empty.map(({ resetSeconds }) => (resetSeconds - 1) * 1000));
      if (usedUp.size >= mostUsedUp) usedUp.clear();
      if (waitMs > 0) usedUp.set(id, { untilMs: nowMs + waitMs, states });
    }
    return decisions;
  };

  return {
    take: (id, limits, cost = 1) => {
      const known = usedUp.get(id);
      if (known !== undefined) {
        const nowMs = now();
        const isSame = limits.every(({ requests, windowSeconds }, index) => {
          const state = known.states[index];
          return state?.requests === requests && state.windowSeconds === windowSeconds;
        });
        if (isSame && nowMs < known.untilMs) return Promise.resolve({ allowed: false, states: known.states });
        usedUp.delete(id);
      }
      return new Promise((decide, fail) => {
        const waiting = { cost, decide, fail };
        const queue = queues.get(id);
        if (queue !== undefined) queue.waiting.push(waiting);
        else {
          const made: Queue = { limits, waiting: [waiting] };
          queues.set(id, made);
          void work(id, made);
        }
      });
    },
  };
}

const mostUsedUp = 10_000;

function stateOf(
  { requests, windowSeconds }: RateLimit,
  grant: RateGrant | undefined,
  used: number,
  cost: number,
  nowMs: number,
): RateLimitState {
  // Not asked, since another limit had nothing left.
  if (grant === undefined)
    return { requests, windowSeconds, remaining: requests, resetSeconds: windowSeconds };
  const slotMs = rateSlotMs(windowSeconds * 1000);
  const taken = grant.slots.reduce((sum, slot) => sum + slot, 0) - (grant.granted - used);
  const remaining = Math.max(0, requests - taken);
  const needed = Math.max(1, cost - remaining);
  let free = 0;
  const index = grant.slots.findIndex((slot) => (free += slot) >= needed);
  const endsMs = grant.slotStartMs + ((index === -1 ? rateSlots - 1 : index) + 1) * slotMs;
  const resetSeconds = Math.min(windowSeconds, Math.max(1, Math.ceil((endsMs - nowMs) / 1000)));
  return { requests, windowSeconds, remaining, resetSeconds };
}
