import { usageWidthsMs, type UsageCount } from "@keywarden/storage";
import { OTHER } from "./feature-name.ts";
import type { KeyNumbers } from "./key-numbers.ts";
import { sortInTurns } from "./sort-in-turns.ts";
import { widenColumn } from "./wide-column.ts";

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
  /** The same by minute and then by the id of the key, as they lie in the database. */
  inOrder(): Promise<Iterable<TrafficCount>>;
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
export function makeTrafficCounts(numbers: KeyNumbers): TrafficCounts {
  /** By the number of a key, one more than the row of its latest minute; at 0 that of what is nobody's. */
  let latest = new Int32Array(FIRST_ROWS);
  const words = { providers: makeNumbers<string | null>(), cells: makeNumbers<TrafficCell>() };
  /** By row, what is unlike its first cell; most keys are used in one way within a minute. */
  const more = new Map<number, Map<TrafficCell, number>>();
  let size = 0;
  let rows = {
    key: new Int32Array(FIRST_ROWS),
    provider: new Int32Array(FIRST_ROWS),
    minute: new Int32Array(FIRST_ROWS),
    cell: new Int32Array(FIRST_ROWS),
    count: new Int32Array(FIRST_ROWS),
  };

  const begin = (number: number, provider: string | null, cell: TrafficCell, minute: number): boolean => {
    const row = size;
    if (row >= MOST_ROWS) return false;
    if (row === rows.count.length) rows = widen(rows);
    size += 1;
    rows.key[row] = number;
    rows.provider[row] = words.providers.numberOf(provider);
    rows.minute[row] = minute;
    rows.cell[row] = words.cells.numberOf(cell);
    rows.count[row] = 1;
    if (number >= latest.length) latest = widenColumn(latest, number + 1);
    latest[number] = size;
    return true;
  };

  const compare = (one: number, other: number): number => {
    const minutes = (rows.minute[one] ?? 0) - (rows.minute[other] ?? 0);
    return minutes === 0 ? numbers.compare(rows.key[one] ?? 0, rows.key[other] ?? 0) : minutes;
  };

  function* countsOf(row: number): Generator<TrafficCount> {
    const keyId = numbers.idOf(rows.key[row] ?? 0) ?? null;
    const startMs = (rows.minute[row] ?? 0) * usageWidthsMs.minute;
    const whose = { keyId, provider: words.providers.valueOf(rows.provider[row] ?? 0) ?? null, startMs };
    const first = words.cells.valueOf(rows.cell[row] ?? 0);
    if (first !== undefined) yield { ...whose, ...first, requests: rows.count[row] ?? 0 };
    for (const [cell, requests] of more.get(row) ?? []) yield { ...whose, ...cell, requests };
  }

  function* countsOfAll(inOrder: Iterable<number>): Generator<TrafficCount> {
    for (const row of inOrder) yield* countsOf(row);
  }

  return {
    add: (key, cell, minute) => {
      const number = key === null ? 0 : numbers.numberOf(key.id);
      const row = (latest[number] ?? 0) - 1;
      if (row === -1 || rows.minute[row] !== minute)
        return begin(number, key?.provider ?? null, cell, minute);
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
      return size;
    },
    inOrder: async () =>
      countsOfAll(
        await sortInTurns(
          Int32Array.from({ length: size }, (_, row) => row),
          compare,
        ),
      ),
    *[Symbol.iterator]() {
      for (let row = 0; row < size; row += 1) yield* countsOf(row);
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
  const wider = Object.entries(columns).map(([name, column]) => [name, widenColumn(column)]);
  return Object.fromEntries(wider) as Columns;
}
