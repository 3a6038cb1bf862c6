import { isIP } from "node:net";
import { CountryFileError } from "./country-file-error.ts";

/** Finds the country of an address; null where it is not known. */
export type CountryLookup = (address: string) => string | null;

const MOST_REMEMBERED = 10_000;

interface Ranges {
  readonly starts: readonly bigint[];
  readonly ends: readonly bigint[];
  readonly countries: readonly string[];
}

/**
 * Reads lines of `CIDR,country` (ISO 3166-1 alpha-2); empty lines, `#` comments and a heading are passed over. Of ranges
 * that overlap the narrowest one counts. A look-up is a binary search.
 *
 * @throws {@link CountryFileError} naming the first line that is neither
 */
export function readCountryRanges(text: string): CountryLookup {
  const rows: { start: bigint; end: bigint; country: string; family: 4 | 6 }[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [range = "", word = ""] = line.split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
    if (range === "" || range.startsWith("#")) continue;
    const read = readRange(range);
    if (read === null) {
      if (index === 0) continue;
      throw new CountryFileError(
        `line ${index + 1}: "${range.slice(0, 60)}" is not a range like 192.0.2.0/24`,
      );
    }
    const country = word.toUpperCase();
    if (!/^[A-Z]{2}$/.test(country))
      throw new CountryFileError(
        `line ${index + 1}: "${word.slice(0, 20)}" is not a two-letter country code`,
      );
    rows.push({ ...read, country });
  }
  const families = {
    4: flatten(rows.filter(({ family }) => family === 4)),
    6: flatten(rows.filter(({ family }) => family === 6)),
  };
  const known = new Map<string, string | null>();
  return (address) => {
    const remembered = known.get(address);
    if (remembered !== undefined) return remembered;
    const read = readAddress(address);
    const country = read === null ? null : find(families[read.family], read.value);
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(address, country);
    return country;
  };
}

// Cuts ranges that lie in each other into pieces that do not, each with the country of the narrowest.
function flatten(
  rows: readonly { readonly start: bigint; readonly end: bigint; readonly country: string }[],
): Ranges {
  const starts: bigint[] = [];
  const ends: bigint[] = [];
  const countries: string[] = [];
  const put = (start: bigint, end: bigint, country: string): void => {
    if (start > end) return;
    starts.push(start);
    ends.push(end);
    countries.push(country);
  };
  const open: { start: bigint; end: bigint; country: string }[] = [];
  let at = 0n;
  const close = (top: { start: bigint; end: bigint; country: string }): void => {
    put(at > top.start ? at : top.start, top.end, top.country);
    if (top.end + 1n > at) at = top.end + 1n;
    open.pop();
  };
  const ordered = rows.toSorted((left, right) =>
    left.start === right.start ? compare(right.end, left.end) : compare(left.start, right.start),
  );
  for (const row of ordered) {
    for (let top = open.at(-1); top !== undefined && top.end < row.start; top = open.at(-1)) close(top);
    const outer = open.at(-1);
    if (outer !== undefined) put(at > outer.start ? at : outer.start, row.start - 1n, outer.country);
    at = row.start;
    open.push(row);
  }
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) close(top);
  return { starts, ends, countries };
}

function find({ starts, ends, countries }: Ranges, value: bigint): string | null {
  let low = 0;
  let high = starts.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0n) > value) high = middle - 1;
    else if ((ends[middle] ?? -1n) < value) low = middle + 1;
    else return countries[middle] ?? null;
  }
  return null;
}

function readRange(
  range: string,
): { readonly start: bigint; readonly end: bigint; readonly family: 4 | 6 } | null {
  const [address = "", bits, more] = range.split("/");
  const read = readAddress(address);
  if (read === null || more !== undefined || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return null;
  const width = read.family === 4 ? 32 : 128;
  const kept = bits === undefined ? width : Number(bits);
  if (kept > width) return null;
  const hosts = (1n << BigInt(width - kept)) - 1n;
  const start = read.value - (read.value & hosts);
  return { start, end: start + hosts, family: read.family };
}

function readAddress(address: string): { readonly value: bigint; readonly family: 4 | 6 } | null {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  const family = isIP(plain);
  if (family === 4) return { value: fromParts(plain.split("."), 10, 8n), family };
  if (family !== 6 || plain.includes("%")) return null;
  const hex = plain.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
  const [head = "", tail] = hex.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0");
  return { value: fromParts([...left, ...zeros, ...right], 16, 16n), family };
}

function fromParts(parts: readonly string[], radix: number, bits: bigint): bigint {
  return parts.reduce((value, part) => (value << bits) | BigInt(Number.parseInt(part, radix)), 0n);
}

function compare(left: bigint, right: bigint): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
