import type { KeyStore, KeyTouch } from "@keywarden/storage";
import type { KeyNumbers, SharedKeyNumbers } from "./key-numbers.ts";
import { sortInTurns } from "./sort-in-turns.ts";
import { takeFrom } from "./take-from.ts";
import { widenColumn } from "./wide-column.ts";

/** Remembers when keys were last used or denied and writes it in batches: a read of a key costs no write. */
export interface UsageRecorder {
  used(keyId: string, atMs: number): void;
  denied(keyId: string, atMs: number): void;
  /** Writes what is remembered; what cannot be written stays remembered. */
  flush(): Promise<void>;
  /** Writes if it is time to; to be called about once a second. */
  tick(): Promise<void>;
}

/** So many are written at once, and so few do not wait for a minute, as each is on a page of the database of its own. */
const FEW_KEYS = 2000;
/** So few are written at every tick. */
const VERY_FEW_KEYS = 200;
/** More wait for each other: whatever is used again meanwhile is written once, and neighbours together. */
const everyMs = { few: 10_000, many: 60_000 };

/** Moments by the number of a key, each one later than it was, so that 0 is none. */
interface Noted {
  readonly numbers: KeyNumbers;
  used: Float64Array;
  denied: Float64Array;
  /** How many keys there are. */
  size: number;
}

export function makeUsageRecorder(
  keys: Pick<KeyStore, "touchLastUsed">,
  now: () => number,
  keyNumbers: SharedKeyNumbers,
): UsageRecorder {
  const begin = (): Noted => {
    const none = new Float64Array(0);
    return { numbers: keyNumbers.current(), used: none, denied: none, size: 0 };
  };
  let noted = begin();
  let lastMs = now();
  let writing: Promise<void> = Promise.resolve();

  const note = (column: "used" | "denied", keyId: string, atMs: number): void => {
    const number = noted.numbers.numberOf(keyId);
    if (number >= noted[column].length) noted[column] = widenColumn(noted[column], number + 1);
    if (momentOf(noted.used, number) === null && momentOf(noted.denied, number) === null) noted.size += 1;
    const moments = noted[column];
    moments[number] = Math.max(moments[number] ?? 0, atMs + 1);
  };

  const noteAgain = ({ keyId, lastUsedAtMs, lastDeniedAtMs }: KeyTouch): void => {
    if (lastUsedAtMs !== undefined) note("used", keyId, lastUsedAtMs);
    if (lastDeniedAtMs !== undefined) note("denied", keyId, lastDeniedAtMs);
  };

  const write = async (): Promise<void> => {
    lastMs = now();
    if (noted.size === 0) return;
    const taken = noted;
    if (taken.numbers.highest > FEW_KEYS) keyNumbers.renew();
    noted = begin();
    const left = await numbersOf(taken);
    for (;;) {
      const numbers = takeFrom(left, FEW_KEYS);
      if (numbers.length === 0) return;
      try {
        await keys.touchLastUsed(numbers.map((number) => touchOf(taken, number)));
      } catch (error) {
        for (const number of [...numbers, ...left]) noteAgain(touchOf(taken, number));
        throw error;
      }
    }
  };

  const flush = (): Promise<void> => {
    // One at a time, so that whoever asks while another write runs is answered after both.
    writing = writing.then(write, write);
    return writing;
  };

  return {
    used: (keyId, atMs) => note("used", keyId, atMs),
    denied: (keyId, atMs) => note("denied", keyId, atMs),
    flush,
    tick: async () => {
      const { size } = noted;
      const waitMs = size <= VERY_FEW_KEYS ? 0 : size <= FEW_KEYS ? everyMs.few : everyMs.many;
      if (now() - lastMs >= waitMs) await flush();
    },
  };
}

/** Of the keys that anything was noted of, in the order of their ids, in which imported keys lie in the database. */
function numbersOf({ numbers, used, denied, size }: Noted): Promise<IterableIterator<number>> {
  const noted = new Int32Array(size);
  let next = 0;
  for (let number = 1; number <= numbers.highest; number += 1)
    if (momentOf(used, number) !== null || momentOf(denied, number) !== null) {
      noted[next] = number;
      next += 1;
    }
  return sortInTurns(noted, numbers.compare);
}

function touchOf({ numbers, used, denied }: Noted, number: number): KeyTouch {
  const lastUsedAtMs = momentOf(used, number);
  const lastDeniedAtMs = momentOf(denied, number);
  return {
    keyId: numbers.idOf(number) ?? "",
    ...(lastUsedAtMs !== null && { lastUsedAtMs }),
    ...(lastDeniedAtMs !== null && { lastDeniedAtMs }),
  };
}

function momentOf(moments: Float64Array, number: number): number | null {
  const oneLater = moments[number] ?? 0;
  return oneLater === 0 ? null : oneLater - 1;
}
