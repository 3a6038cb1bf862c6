import type { KeyRow } from "@keywarden/inventory";

// Copying a map of 100,000 takes longer than a keystroke may; one of so many does not.
const mostRecent = 1000;

/** The keys of an inventory by id, as a value: a change makes another index and leaves this one as it is. */
export interface KeyIndex {
  readonly size: number;
  get(id: string): KeyRow | undefined;
  values(): Iterable<KeyRow>;
  /** Makes the index in which these rows stand in the place of their older selves. */
  with(rows: readonly KeyRow[]): KeyIndex;
}

/** Makes an index over a map that nobody changes any more. */
export function makeKeyIndex(
  base: ReadonlyMap<string, KeyRow>,
  recent: ReadonlyMap<string, KeyRow> = new Map(),
  added = 0,
): KeyIndex {
  return {
    size: base.size + added,
    get: (id) => recent.get(id) ?? base.get(id),
    *values() {
      for (const row of base.values()) yield recent.size === 0 ? row : (recent.get(row.id) ?? row);
      for (const row of recent.values()) if (!base.has(row.id)) yield row;
    },
    with: (rows) => {
      const next = new Map(recent);
      for (const row of rows) next.set(row.id, row);
      if (next.size > mostRecent) return makeKeyIndex(new Map([...base, ...next]));
      const more = [...next.keys()].filter((id) => !base.has(id)).length;
      return makeKeyIndex(base, next, more);
    },
  };
}
