import { ALLOWED, usageWidthsMs, type StoredKey } from "@keywarden/storage";
import type { Verdict } from "@keywarden/verifier";
import type { CountryLookup } from "./country-ranges.ts";
import { UNKNOWN } from "./feature-name.ts";
import { makeFeatureNames } from "./feature-names.ts";
import type { SharedKeyNumbers } from "./key-numbers.ts";
import { makeTrafficCounts, type TrafficCell, type TrafficCount } from "./traffic-counts.ts";

/** What is known of a request whose key was verified. */
export interface TrafficRequest {
  readonly ip: string | null;
  readonly method?: string | undefined;
  /** A path or, where the route is known, its template. */
  readonly path?: string | undefined;
}

/** What was counted since the last time it was taken. */
export interface TrafficBatch {
  /** Created at each iteration: for many keys at once they would take more memory than the counts. */
  readonly counts: Iterable<TrafficCount>;
  /** The same in the order in which they lie in the database: written otherwise, each is on another page of it. */
  readonly countsInOrder: () => Promise<Iterable<TrafficCount>>;
  readonly isEmpty: boolean;
  /** Failed attempts with keys that nobody issued, by address. */
  readonly strangers: ReadonlyMap<string, number>;
  /** By key id: the largest part of a rate limit that was in use, 0 to 1. */
  readonly limitUse: ReadonlyMap<string, number>;
  /** By key id: requests from addresses where a rule says that they are not expected. */
  readonly unexpected: ReadonlyMap<string, number>;
  /** Verifications that were not counted because there were too many keys to remember. */
  readonly dropped: number;
}

/** Counts verifications in memory. Recording costs a few look-ups and never waits. */
export interface Traffic {
  record(verdict: Verdict<StoredKey>, request: TrafficRequest, atMs: number): void;
  take(): TrafficBatch;
  readonly pendingKeys: number;
}

const MOST_STRANGERS = 10_000;

export function makeTraffic(options: {
  readonly keyNumbers: Pick<SharedKeyNumbers, "current">;
  readonly countryOf?: CountryLookup | undefined;
  /** Whether a rule says of a key that it is not expected at an address. */
  readonly isUnexpected?: (keyId: string, address: string) => boolean;
}): Traffic {
  const { keyNumbers, countryOf = () => null, isUnexpected = () => false } = options;
  const features = makeFeatureNames();
  const cells = new Map<string, Map<string, Map<string, TrafficCell>>>();
  let pending = makeTrafficCounts(keyNumbers.current());
  let strangers = new Map<string, number>();
  let limitUse = new Map<string, number>();
  let unexpected = new Map<string, number>();
  let dropped = 0;

  const cellOf = (outcome: string, country: string, feature: string): TrafficCell => {
    let byCountry = cells.get(feature);
    if (byCountry === undefined) cells.set(feature, (byCountry = new Map()));
    let byOutcome = byCountry.get(country);
    if (byOutcome === undefined) byCountry.set(country, (byOutcome = new Map()));
    let cell = byOutcome.get(outcome);
    if (cell === undefined) byOutcome.set(outcome, (cell = { outcome, country, feature }));
    return cell;
  };

  return {
    record: (verdict, { ip, method, path }, atMs) => {
      const { key, rateLimits } = verdict;
      const outcome = verdict.ok ? ALLOWED : verdict.code;
      const feature = features.nameOf({ method, path }, verdict.ok, atMs);
      const country = ip === null ? UNKNOWN : (countryOf(ip) ?? UNKNOWN);
      const cell = cellOf(outcome, country, feature);
      if (!pending.add(key, cell, Math.floor(atMs / usageWidthsMs.minute))) dropped += 1;
      if (key === null) {
        if (ip === null || outcome === "missing-key") return;
        if (strangers.size < MOST_STRANGERS || strangers.has(ip))
          strangers.set(ip, (strangers.get(ip) ?? 0) + 1);
        return;
      }
      for (const { requests, remaining } of rateLimits) {
        const used = 1 - remaining / requests;
        if (used > (limitUse.get(key.id) ?? 0)) limitUse.set(key.id, used);
      }
      if (ip !== null && isUnexpected(key.id, ip)) unexpected.set(key.id, (unexpected.get(key.id) ?? 0) + 1);
    },
    take: () => {
      const counts = pending;
      const countsInOrder = () => counts.inOrder();
      const isEmpty = counts.size === 0;
      const batch = { counts, countsInOrder, isEmpty, strangers, limitUse, unexpected, dropped };
      pending = makeTrafficCounts(keyNumbers.current());
      strangers = new Map();
      limitUse = new Map();
      unexpected = new Map();
      dropped = 0;
      // What is counted on keeps its cell, and rows are compared by their words, so this forgets no count.
      if (cells.size > 2000) cells.clear();
      return batch;
    },
    get pendingKeys() {
      return pending.size;
    },
  };
}
