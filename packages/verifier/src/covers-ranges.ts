import { readRange } from "./read-range.ts";

/** The addresses from the first to the last, as IPv6 numbers. */
interface Interval {
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * Whether every address of the inner ranges is in one of the outer ones, which may cover a range together. An IPv4
 * address is the IPv6 address that starts with `::ffff:`, as in {@link makeAddressList}.
 *
 * @throws RangeError for text that is not a range
 */
export function coversRanges(outer: readonly string[], inner: readonly string[]): boolean {
  const limits = merge(outer.map(readInterval));
  return inner
    .map(readInterval)
    .every(({ first, last }) => limits.some((limit) => limit.first <= first && last <= limit.last));
}

function merge(intervals: readonly Interval[]): readonly Interval[] {
  const merged: Interval[] = [];
  for (const next of intervals.toSorted((one, other) => (one.first < other.first ? -1 : 1))) {
    const before = merged.at(-1);
    if (before === undefined || next.first > before.last + 1n) merged.push(next);
    else if (next.last > before.last) merged.splice(-1, 1, { first: before.first, last: next.last });
  }
  return merged;
}

function readInterval(range: string): Interval {
  const { address, family, bits } = readRange(range);
  const free = BigInt((family === 4 ? 32 : 128) - bits);
  const first = (numberOf(address, family) >> free) << free;
  return { first, last: first + (1n << free) - 1n };
}

function numberOf(address: string, family: number): bigint {
  const text = family === 4 ? `::ffff:${address}` : address.replace(/%.*$/, "");
  // The URL standard writes IPv6 addresses in one way only: without dots, in eight groups or fewer around "::".
  const { hostname } = new URL(`http://[${text}]/`);
  const [before = "", after] = hostname.slice(1, -1).split("::");
  const head = groupsOf(before);
  const tail = groupsOf(after ?? "");
  const groups = [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => "0"), ...tail];
  return groups.reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n);
}

const groupsOf = (text: string): readonly string[] => (text === "" ? [] : text.split(":"));
