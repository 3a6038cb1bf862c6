import type { KeyQuery, KeyStorage } from "@keywarden/storage";

/** Says how many keys a query finds. */
export interface TotalCounts {
  /** For the first page as it is now; for those that follow, as it was when the first was read. */
  count(query: Omit<KeyQuery, "limit" | "after">, isFirstPage: boolean): Promise<number>;
}

/** How long the total of a first page is that of the pages after it. */
const KEPT_MS = 30_000;
/** So long a total is used again that time itself can change, as keys expire. */
const KEPT_IN_TIME_MS = 1000;
const MOST_QUERIES = 1000;

interface Known {
  readonly total: number;
  readonly atMs: number;
  readonly changes: number;
}

/**
 * Counts, and remembers what was counted: of many keys a count takes longer than a page. A first page uses it again only
 * where it is known that no key has changed since, which every change tells by its audit entry.
 */
export function makeTotalCounts(
  storage: Pick<KeyStorage, "now" | "watchAudit" | "feed"> & {
    readonly keys: Pick<KeyStorage["keys"], "countKeys">;
  },
): TotalCounts {
  const known = new Map<string, Known>();
  let changes = 0;
  storage.watchAudit(() => {
    changes += 1;
  });

  const isUsable = (query: KeyQuery, { atMs, changes: before }: Known, isFirstPage: boolean): boolean => {
    const agedMs = storage.now() - atMs;
    if (!isFirstPage) return agedMs < KEPT_MS;
    // A key's use is in no audit.
    const { usedBeforeMs, usedFromMs, unusedSinceMs } = query;
    if ((usedBeforeMs ?? usedFromMs ?? unusedSinceMs) !== undefined) return false;
    return (
      before === changes &&
      storage.feed.isCurrent() &&
      agedMs < (query.state === undefined ? KEPT_MS : KEPT_IN_TIME_MS)
    );
  };

  return {
    count: async (query, isFirstPage) => {
      const name = JSON.stringify(query);
      const before = known.get(name);
      if (before !== undefined && isUsable(query, before, isFirstPage)) return before.total;
      const asked = { atMs: storage.now(), changes };
      const total = await storage.keys.countKeys(query);
      if (known.size >= MOST_QUERIES) known.clear();
      known.set(name, { total, ...asked });
      return total;
    },
  };
}
