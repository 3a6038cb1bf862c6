import { usageWidthsMs, type UsageCount } from "@keywarden/storage";
import { OTHER } from "./feature-name.ts";

/** Counts of one key and minute that differ in outcome, country or feature. */
export interface TrafficCount extends UsageCount {
  readonly provider: string | null;
}

/** How a request ended, where it came from and what it was for. */
export interface TrafficCell {
  readonly outcome: string;
  readonly country: string;
  readonly feature: string;
}

/** Counts of keys and minutes. */
export interface TrafficCounts extends Iterable<TrafficCount> {
  /** Counts one request; false where too many keys are counted already. */
  add(
    key: { readonly id: string; readonly provider: string } | null,
    cell: TrafficCell,
    minute: number,
  ): boolean;
  /** How many keys and minutes are counted. */
  readonly size: number;
}

const FIRST_ROWS = 1024;
const MOST_ROWS = 200_000;
const MOST_CELLS = 64;

/**
 * Keeps a row for each key and minute in columns of numbers: with an object for each key that is in use, all keys of a
 * busy server would wait in the heap to be written, and be copied and marked there by every collection.
 */
export function makeTrafficCounts(): TrafficCounts {
  /** The row of each key's latest minute. */
  const latest = new Map<string | null, number>();
  const keyIds: (string | null)[] = [];
  const words = { providers: makeNumbers<string | null>(), cells: makeNumbers<TrafficCell>() };
  /** By row, what is unlike its first cell; most keys are used in one way within a minute. */
  const more = new Map<number, Map<TrafficCell, number>>();
  let rows = {
    provider: new Int32Array(FIRST_ROWS),
    minute: new Int32Array(FIRST_ROWS),
    cell: new Int32Array(FIRST_ROWS),
    count: new Int32Array(FIRST_ROWS),
  };

  const begin = (
    keyId: string | null,
    provider: string | null,
    cell: TrafficCell,
    minute: number,
  ): boolean => {
    const row = keyIds.length;
    if (row >= MOST_ROWS) return false;
    if (row === rows.count.length) rows = widen(rows);
    keyIds.push(keyId);
    rows.provider[row] = words.providers.numberOf(provider);
    rows.minute[row] = minute;
    rows.cell[row] = words.cells.numberOf(cell);
    rows.count[row] = 1;
    latest.set(keyId, row);
    return true;
  };

  return {
    add: (key, cell, minute) => {
      const keyId = key?.id ?? null;
      const row = latest.get(keyId);
      if (row === undefined || rows.minute[row] !== minute)
        return begin(keyId, key?.provider ?? null, cell, minute);
      if (words.cells.valueOf(rows.cell[row] ?? 0) === cell) {
        rows.count[row] = (rows.count[row] ?? 0) + 1;
        return true;
      }
      const others = more.get(row) ?? new Map<TrafficCell, number>();
      more.set(row, others);
      const counted = others.has(cell) || others.size < MOST_CELLS ? cell : otherOf(others, cell);
      others.set(counted, (others.get(counted) ?? 0) + 1);
      return true;
    },
    get size() {
      return keyIds.length;
    },
    *[Symbol.iterator]() {
      for (const [row, keyId] of keyIds.entries()) {
        const startMs = (rows.minute[row] ?? 0) * usageWidthsMs.minute;
        const whose = { keyId, provider: words.providers.valueOf(rows.provider[row] ?? 0) ?? null, startMs };
        const first = words.cells.valueOf(rows.cell[row] ?? 0);
        if (first !== undefined) yield { ...whose, ...first, requests: rows.count[row] ?? 0 };
        for (const [cell, requests] of more.get(row) ?? []) yield { ...whose, ...cell, requests };
      }
    },
  };
}

/** The cell for what there is no more room for; one for each outcome. */
function otherOf(cells: ReadonlyMap<TrafficCell, number>, { outcome }: TrafficCell): TrafficCell {
  for (const cell of cells.keys())
    if (cell.outcome === outcome && cell.country === OTHER && cell.feature === OTHER) return cell;
  return { outcome, country: OTHER, feature: OTHER };
}

function makeNumbers<Value>(): {
  numberOf(value: Value): number;
  valueOf(number: number): Value | undefined;
} {
  const values: Value[] = [];
  const numbers = new Map<Value, number>();
  return {
    numberOf: (value) => {
      let number = numbers.get(value);
      if (number === undefined) numbers.set(value, (number = values.push(value) - 1));
      return number;
    },
    valueOf: (number) => values[number],
  };
}

function widen<Columns extends Readonly<Record<string, Int32Array>>>(columns: Columns): Columns {
  const wider = Object.entries(columns).map(([name, column]) => {
    const copy = new Int32Array(2 * column.length);
    copy.set(column);
    return [name, copy];
  });
  return Object.fromEntries(wider) as Columns;
}
