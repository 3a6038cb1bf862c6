import { setImmediate } from "node:timers/promises";

/** So many are sorted at once, in some 3 ms; the pieces are merged as their numbers are asked for. */
const PIECE = 4096;

/**
 * Sorts numbers in place and in pieces with requests in between: a hundred thousand ids at once would make all of them
 * wait for 0.1 s. The array is not to be used afterwards.
 */
export async function sortInTurns(
  numbers: Int32Array,
  compare: (one: number, other: number) => number,
): Promise<IterableIterator<number>> {
  const pieces: Int32Array[] = [];
  for (let start = 0; start < numbers.length; start += PIECE) {
    if (start > 0) await setImmediate();
    pieces.push(numbers.subarray(start, start + PIECE).sort(compare));
  }
  return mergeAll(pieces, compare);
}

type Compare = Parameters<typeof sortInTurns>[1];

function mergeAll(pieces: readonly Int32Array[], compare: Compare): IterableIterator<number> {
  const [first = new Int32Array(0)] = pieces;
  if (pieces.length < 2) return first.values();
  const middle = Math.ceil(pieces.length / 2);
  return merge(mergeAll(pieces.slice(0, middle), compare), mergeAll(pieces.slice(middle), compare), compare);
}

function* merge(one: Iterator<number>, other: Iterator<number>, compare: Compare): Generator<number> {
  let [left, right] = [one.next(), other.next()];
  while (left.done !== true || right.done !== true)
    if (right.done === true || (left.done !== true && compare(left.value, right.value) <= 0)) {
      yield left.value as number;
      left = one.next();
    } else {
      yield right.value;
      right = other.next();
    }
}
