import type { VerifiedKey } from "@keywarden/management";
import type { FoundSecret } from "../verdict.ts";

/** So long after a change was told, a server that shares its database may still have answered as before it. */
const SETTLED_AFTER_MS = 250;
/** Of so many keys the changes are remembered; then it is simpler to forget all. */
const MOST_CHANGED = 10_000;

interface Known {
  readonly found: FoundSecret<VerifiedKey>;
  readonly askedAtMs: number;
  readonly untilMs: number;
}

export interface VerifiedKeys {
  readonly recall: (sha256: string) => FoundSecret<VerifiedKey> | null;
  /** Remembers what a server said of a key, if that holds until a change is told; `askedAtMs` is when it was asked. */
  readonly keep: (sha256: string, key: VerifiedKey, askedAtMs: number) => void;
  /** Null forgets all keys. */
  readonly forget: (keyId: string | null) => void;
}

/** Remembers keys as a key server knows them, each for `keepMs` at most. */
export function makeVerifiedKeys(now: () => number, keepMs: number, mostKeys: number): VerifiedKeys {
  const known = new Map<string, Known>();
  const changedAt = new Map<string, number>();
  let allChangedAtMs = -Infinity;

  const isSince = (keyId: string, askedAtMs: number): boolean =>
    askedAtMs - Math.max(changedAt.get(keyId) ?? -Infinity, allChangedAtMs) >= SETTLED_AFTER_MS;

  const forgetAll = (): void => {
    known.clear();
    changedAt.clear();
    allChangedAtMs = now();
  };

  return {
    recall: (sha256) => {
      const one = known.get(sha256);
      if (one === undefined) return null;
      if (now() < one.untilMs && isSince(one.found.key.id, one.askedAtMs)) return one.found;
      known.delete(sha256);
      return null;
    },
    keep: (sha256, key, askedAtMs) => {
      const { restrictions = {}, endsInSeconds } = key;
      // A server that does not say when the key ends is older than this; and limits are counted by the server alone.
      if (endsInSeconds === undefined || restrictions.rateLimits !== undefined) return;
      if (!isSince(key.id, askedAtMs)) return;
      const [oldest] = known.size >= mostKeys ? known.keys() : [];
      if (oldest !== undefined) known.delete(oldest);
      const untilMs = askedAtMs + Math.min(keepMs, (endsInSeconds ?? Infinity) * 1000);
      known.set(sha256, { found: { key, state: "active", restrictions }, askedAtMs, untilMs });
    },
    forget: (keyId) => {
      if (keyId === null || changedAt.size >= MOST_CHANGED) forgetAll();
      else changedAt.set(keyId, now());
    },
  };
}
