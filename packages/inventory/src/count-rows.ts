import type { KeyRow } from "./key-row.ts";

/** Counts over an inventory. */
export interface Totals {
  readonly keys: number;
  readonly byProvider: ReadonlyMap<string, number>;
  readonly overdue: number;
  readonly due: number;
  readonly inGrace: number;
}

export function countRows(rows: readonly KeyRow[]): Totals {
  const byProvider = new Map<string, number>();
  const states = { overdue: 0, due: 0, "in-grace": 0, fresh: 0, revoked: 0, expired: 0 };
  for (const row of rows) {
    byProvider.set(row.provider, (byProvider.get(row.provider) ?? 0) + 1);
    states[row.rotation.state] += 1;
  }
  const { overdue, due } = states;
  return { keys: rows.length, byProvider, overdue, due, inGrace: states["in-grace"] };
}
