import type { EmulatorState } from "../state.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Seconds to wait until an installation may create content again; null when it may now, which is counted. */
export function spendCreation(state: EmulatorState, installationId: number): number | null {
  const limits = state.secondaryLimits;
  if (limits === null) return null;
  const now = state.clock();
  const created = (state.creations.get(installationId) ?? []).filter((atMs) => atMs > now - hourMs);
  state.creations.set(installationId, created);
  const waitMs = Math.max(
    untilFree(created, limits.perMinute, minuteMs, now),
    untilFree(created, limits.perHour, hourMs, now),
  );
  if (waitMs > 0) return Math.ceil(waitMs / 1_000);
  created.push(now);
  return null;
}

function untilFree(created: readonly number[], limit: number, windowMs: number, now: number): number {
  const within = created.filter((atMs) => atMs > now - windowMs);
  const first = within.at(-limit);
  return within.length < limit || first === undefined ? 0 : first + windowMs - now;
}
