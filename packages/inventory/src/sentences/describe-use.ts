import type { KeyRow } from "../key-row.ts";
import { formatAgo, formatMoment } from "../text/format-duration.ts";

/** Says when a key was last used, as far as that is known. */
export function describeUse({ facts, usage }: KeyRow, nowMs: number): string {
  if (facts.lastUsedAtMs !== null) return `last used ${formatAgo(facts.lastUsedAtMs, nowMs)}`;
  if (usage.state === "unknown") return "last use unknown";
  return facts.trackingSinceMs === null
    ? "never used"
    : `not used since ${formatMoment(facts.trackingSinceMs)}, when counting began`;
}

/** Says who answers for a key. */
export function describeOwner({ owner }: Pick<KeyRow, "owner">): string {
  return owner === null ? "nobody owns it" : `owner ${owner}`;
}
