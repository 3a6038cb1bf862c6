import { isZeroId } from "@keywarden/git";
import type { Origin } from "../policy.ts";
import type { Push } from "./job-payloads.ts";

/** A set of objects to scan: what `include` reaches and `exclude` does not. */
export interface OriginRange {
  readonly origin: Origin;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

export interface PushRange {
  /** Must be fetched: without it there is nothing to say. */
  readonly tip: string;
  /** The replaced or earlier tip when it was never scanned; it may be gone from the host. */
  readonly earlier: string | null;
  /** Computed once it is known whether `earlier` could be fetched. */
  readonly ranges: (hasEarlier: boolean) => readonly OriginRange[];
  /** Tips that the new one reaches. */
  readonly supersedes: readonly string[];
}

/**
 * Plans what a push asks to scan, as set differences against what was scanned before, so that late, repeated and reordered
 * deliveries add up to the same; null when the event names no object at all. The event's own list of commits is cut
 * and can be empty for a push that brings objects, so it plays no part.
 */
export function planPushRange(push: Push, scannedTips: readonly string[]): PushRange | null {
  const { before, after, forced } = push;
  const hasBefore = !isZeroId(before);
  if (isZeroId(after)) {
    if (!hasBefore) return null;
    // What the branch held was readable while it lived, and stays readable by its id.
    const ranges = () => [{ origin: "push", include: [before], exclude: scannedTips }] as const;
    return { tip: before, earlier: null, ranges, supersedes: [] };
  }
  const earlier = hasBefore && !scannedTips.includes(before) ? before : null;
  const ranges = (hasEarlier: boolean): readonly OriginRange[] => {
    if (earlier === null || !hasEarlier) return [{ origin: "push", include: [after], exclude: scannedTips }];
    if (scannedTips.length > 0) return [{ origin: "push", include: [after, earlier], exclude: scannedTips }];
    // The first sight of a repository that already had a history.
    return [
      { origin: "push", include: [after], exclude: [earlier] },
      { origin: "history", include: [earlier], exclude: [] },
    ];
  };
  return { tip: after, earlier, ranges, supersedes: hasBefore && !forced ? [before] : [] };
}
