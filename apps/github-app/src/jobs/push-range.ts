import { isZeroId } from "@keywarden/git";
import type { ObjectRange } from "@keywarden/git";
import type { Observation } from "./job-payloads.ts";

export interface PushRange {
  /** Must be fetched: without it there is nothing to say. */
  readonly tip: string;
  /** The replaced or earlier tip when it was never scanned; it may be gone from the host. */
  readonly earlier: string | null;
  /** What to scan, once it is known whether `earlier` could be fetched. */
  readonly range: (hasEarlier: boolean) => ObjectRange;
  /** Tips that the new one reaches. */
  readonly supersedes: readonly string[];
}

/**
 * Plans what a push asks to scan, as set differences against what was scanned before, so that late, repeated and reordered
 * deliveries add up to the same; null when the event names no object at all. The event's own list of commits is cut
 * and can be empty for a push that brings objects, so it plays no part.
 */
export function planPushRange(
  push: Pick<Observation, "before" | "after" | "forced">,
  scannedTips: readonly string[],
): PushRange | null {
  const { before, after, forced } = push;
  const hasBefore = !isZeroId(before);
  if (isZeroId(after)) {
    if (!hasBefore) return null;
    // What the branch held was readable while it lived, and stays readable by its id.
    const range = () => ({ include: [before], exclude: scannedTips });
    return { tip: before, earlier: null, range, supersedes: [] };
  }
  const earlier = hasBefore && !scannedTips.includes(before) ? before : null;
  const range = (hasEarlier: boolean): ObjectRange => ({
    include: earlier === null || !hasEarlier ? [after] : [after, earlier],
    exclude: scannedTips,
  });
  return { tip: after, earlier, range, supersedes: hasBefore && !forced ? [before] : [] };
}
